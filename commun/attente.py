"""Waits until this version of a service may start: `python -m commun.attente services.jures`.

Its database has its revision, and every queue is there that any service's events go to: what listens comes before what
publishes, and a message sent to a queue that does not exist yet is lost for its listener. Those where its own wait for
their next try too (`CERES_DELAIS_REPRISE`): without them, what failed would be tried again at once, then set aside.
"""

import signal
import sys
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from commun.bus import topology
from commun.bus.broker import PANNES, connexion, vue_de
from commun.config import config
from commun.storage.db import moteur
from commun.storage.migrations import RevisionInadaptee, exiger_revision
from commun.telemetry import refus_de

_PAUSE = 2


def manque(paquet: str, modules: list[str]) -> str:
    """Returns in French what this service still lacks; nothing where it may start."""
    try:
        with moteur(_service(paquet)).connect() as db:
            exiger_revision(db, paquet)
    except RevisionInadaptee as ecart:
        return f"la révision de la base ({ecart})"
    except DBAPIError as panne:
        return f"la base, qui {_dit(panne)}"
    try:
        with connexion() as ligne:
            for file in topology.files(modules):
                if vue_de(ligne, file.name) is None:
                    return f"la file {file.name}"
    except PANNES as panne:
        return f"le bus, qui {_dit(panne)}"
    return ""


def _service(paquet: str) -> str:
    return paquet.rpartition(".")[2]


def _dit(panne: BaseException) -> str:
    refus = refus_de(panne)
    return f"refuse : {refus}" if refus else "ne répond pas"


def attendre(paquet: str, modules: list[str], dire: Callable[[str], object]) -> None:
    """Returns once nothing lacks; says each time that something else does. Told to end (SIGTERM), the process goes.

    Raises:
        ReglageFaux: no database of it is named, by what is an address: nothing will change that.
    """
    # the first process of a container hears no signal but those that it handles: it would be killed 35 s later
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    config().exiger_base(_service(paquet))
    dit = ""
    while vu := manque(paquet, modules):
        if vu != dit:
            dire(f"{paquet} attend {vu}\n")
            dit = vu
        time.sleep(_PAUSE)


if __name__ == "__main__":
    attendre(sys.argv[1], topology.modules(), sys.stdout.write)
