"""The carrier as a part of the service's process: it starts with it, and ends with it after the mail under way."""

import eventlet
from nameko.extensions import DependencyProvider

from commun.config import config
from services.notifications.courrier.lettres import Redaction
from services.notifications.facteur import mesure
from services.notifications.facteur.boucle import Facteur
from services.notifications.jetons import exiger_secret

_FIN = 20.0
"""Seconds that SIGTERM leaves to the mail under way."""


class Poste(DependencyProvider):
    """Runs one carrier. Without a mail server in the configuration, mails wait in the ledger."""

    def setup(self) -> None:
        exiger_secret()
        self._facteur: Facteur | None = None

    def start(self) -> None:
        conf = config()
        mesure.ouvrir()
        if conf.smtp_hote:
            self._facteur = Facteur(conf.base_de("notifications"), conf, Redaction())
            self._fil = eventlet.spawn(self._facteur.tourner)

    def stop(self) -> None:
        if self._facteur is not None:
            self._facteur.arreter()
            with eventlet.Timeout(_FIN, False):
                self._fil.wait()
