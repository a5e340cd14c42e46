"""`python -m local.conteneurs DOSSIER`: the first step of compose.yaml, which gives a container to each process.

It prepares databases and broker, then writes each process's settings in `DOSSIER/<service>.env`.
"""

import shlex
import sys
from pathlib import Path

from local.console import Empechement, Progres
from local.pile import Pile

_PORT_EXPLOITATION = 9000


def preparer(dossier: Path) -> None:
    """Prepares everything that `DATABASE_URL` and `AMQP_URL` name."""
    pile = Pile(dossier, port=8000, dire=Progres())
    pile.preparer()
    for nom in pile.bases:
        reglages = pile.reglages(nom, port_exploitation=_PORT_EXPLOITATION)
        fichier = dossier / f"{nom}.env"
        fichier.touch(mode=0o600)
        fichier.write_text("".join(f"export {cle}={shlex.quote(valeur)}\n" for cle, valeur in reglages.items()))


if __name__ == "__main__":
    try:
        preparer(Path(sys.argv[1]))
    except Empechement as empechement:
        sys.exit(str(empechement))
