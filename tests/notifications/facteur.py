"""The carrier in a process of its own, what a test may kill."""

import os
import signal
from pathlib import Path

from tests.outils.souche import Engendre

_SOUCHE = ("services.notifications.courrier.lettres", "services.notifications.facteur.boucle")


def processus_facteur(dossier: Path, url: str, port_smtp: int, **reglages: str) -> Engendre:
    """Returns a carrier, not started; its log goes to `dossier`."""
    env = os.environ | {
        "DATABASE_URL": url,
        "CERES_SECRET": "un secret pour les essais",
        "CERES_SMTP_HOTE": "127.0.0.1",
        "CERES_SMTP_PORT": str(port_smtp),
        **reglages,
    }
    env.pop("DATABASE_URL_NOTIFICATIONS", None)
    return Engendre("facteur", [__name__], dossier / "facteur.log", env, souche=_SOUCHE)


def lancer(_: list[str]) -> None:
    """Is a carrier until SIGTERM."""
    from commun.config import config
    from services.notifications.courrier.lettres import Redaction
    from services.notifications.facteur.boucle import Facteur

    conf = config()
    facteur = Facteur(conf.base, conf, Redaction())
    signal.signal(signal.SIGTERM, lambda *_: facteur.arreter())
    facteur.tourner()
