"""The carrier in a process of its own, what a test may kill.

`python -m tests.notifications.facteur` imports what a carrier needs, once, then forks one for each test that asks.
"""

import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import IO

from tests.outils.attente import attendre

_RACINE = Path(__file__).resolve().parents[2]


class ProcessusFacteur:
    """Starts, kills and stops it."""

    def __init__(self, url: str, port_smtp: int, **reglages: str) -> None:
        self._env = os.environ | {
            "DATABASE_URL": url,
            "CERES_SECRET": "un secret pour les essais",
            "CERES_SMTP_HOTE": "127.0.0.1",
            "CERES_SMTP_PORT": str(port_smtp),
            **reglages,
        }
        self._env.pop("DATABASE_URL_NOTIFICATIONS", None)
        self._pid: int | None = None

    def demarrer(self) -> None:
        """Starts it; returns at once."""
        demandes, pids = _souche()
        demandes.write(json.dumps(self._env) + "\n")
        demandes.flush()
        self._pid = int(pids.readline())

    @property
    def pid(self) -> int:
        assert self._pid
        return self._pid

    @property
    def vit(self) -> bool:
        if self._pid is None:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def tuer(self) -> None:
        """Kills it (kill -9)."""
        os.kill(self.pid, signal.SIGKILL)
        attendre(lambda: not self.vit)

    def arreter(self) -> None:
        """Asks it to end, and waits."""
        if self.vit:
            os.kill(self.pid, signal.SIGTERM)
            attendre(lambda: not self.vit)


@cache
def _souche() -> tuple[IO[str], IO[str]]:
    """Starts what forks the carriers; it ends with us. Returns where to ask, and where pids come."""
    commande = [sys.executable, "-m", "tests.notifications.facteur"]
    souche = subprocess.Popen(commande, cwd=_RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert souche.stdin and souche.stdout
    return souche.stdin, souche.stdout


def _principal() -> None:
    import eventlet

    eventlet.monkey_patch()
    from commun.config import config
    from services.notifications.courrier.lettres import Redaction
    from services.notifications.facteur.boucle import Facteur

    def porter(env: dict[str, str]) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        rien = os.open(os.devnull, os.O_RDWR)
        for sortie in range(3):
            os.dup2(rien, sortie)
        os.environ.clear()
        os.environ.update(env)
        config.cache_clear()
        conf = config()
        facteur = Facteur(conf.base, conf, Redaction())
        signal.signal(signal.SIGTERM, lambda *_: facteur.arreter())
        facteur.tourner()

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who have ended are gone at once
    for demande in sys.stdin:
        if pid := os.fork():
            sys.stdout.write(f"{pid}\n")
            sys.stdout.flush()
            continue
        try:
            porter(json.loads(demande))
        finally:
            os._exit(0)


if __name__ == "__main__":
    _principal()
