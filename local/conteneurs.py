"""The first steps of compose.yaml, which gives a container to each process.

`python -m local.conteneurs DOSSIER comptes` writes what RabbitMQ imports as it starts: a user a service, in
`DOSSIER/definitions.json`. `python -m local.conteneurs DOSSIER` then prepares databases and broker, and writes each
process's settings in `DOSSIER/<service>.env`. An `AMQP_URL` that names no user is that of such a broker.
"""

import sys
from pathlib import Path

from local.cles import Cles
from local.console import Empechement, Progres
from local.pile import Pile
from local.rabbit import ecrire_definitions
from local.reglages import ecrire

_PORT_EXPLOITATION = 9000


def definir_comptes(dossier: Path) -> None:
    """Writes the broker's users; they, the databases' roles and the settings share the keys of this folder."""
    definitions = dossier / "definitions.json"
    ecrire_definitions(definitions, Cles(dossier / "cles"))
    definitions.chmod(0o644)  # RabbitMQ's own container reads it under another account: only prints of passwords


def preparer(dossier: Path) -> None:
    """Prepares everything that `DATABASE_URL` and `AMQP_URL` name."""
    pile = Pile(dossier, port=8000, dire=Progres())
    pile.preparer()
    for nom in pile.bases:
        ecrire(dossier / f"{nom}.env", pile.reglages(nom, port_exploitation=_PORT_EXPLOITATION))
    ecrire(dossier / "exploitation.env", pile.reglages_exploitation() | {"CERES_URL": "http://gateway:8000"})


if __name__ == "__main__":
    try:
        definir_comptes(Path(sys.argv[1])) if sys.argv[2:] == ["comptes"] else preparer(Path(sys.argv[1]))
    except Empechement as empechement:
        sys.exit(str(empechement))
