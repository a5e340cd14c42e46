"""The carrier in a process of its own: `python -m tests.notifications.facteur`, what a test may kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

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
        self._enfant: subprocess.Popen[bytes] | None = None

    def demarrer(self) -> None:
        """Starts it; returns at once."""
        commande = [sys.executable, "-m", "tests.notifications.facteur"]
        self._enfant = subprocess.Popen(commande, cwd=_RACINE, env=self._env, stderr=subprocess.PIPE)

    @property
    def pid(self) -> int:
        assert self._enfant
        return self._enfant.pid

    @property
    def vit(self) -> bool:
        return self._enfant is not None and self._enfant.poll() is None

    def tuer(self) -> None:
        """Kills it (kill -9)."""
        assert self._enfant
        self._enfant.kill()
        self._enfant.wait()

    def arreter(self) -> None:
        """Asks it to end, and waits."""
        if self._enfant is not None:
            self._enfant.terminate()
            self._enfant.wait(30)


def _principal() -> None:
    import eventlet

    eventlet.monkey_patch()
    from commun.config import config
    from services.notifications.courrier.lettres import Redaction
    from services.notifications.facteur.boucle import Facteur

    conf = config()
    facteur = Facteur(conf.base, conf, Redaction())
    signal.signal(signal.SIGTERM, lambda *_: facteur.arreter())
    facteur.tourner()


if __name__ == "__main__":
    _principal()
