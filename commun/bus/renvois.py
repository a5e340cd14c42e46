"""Where what a listener failed at goes from: to a queue where it waits for its next try, or lies set aside."""

import time

from amqp.exceptions import MessageNacked
from eventlet.semaphore import Semaphore

from commun.bus.broker import PANNES, Envoi, Ligne
from commun.telemetry import Absence

REPOS = 5.0
"""Seconds between two tries of a broker that reads nothing."""


class Renvois:
    """The process's way there. A broker that reads nothing is tried by one at a time: of those who fail meanwhile, each
    would else wait for the patience of all before it.
    """

    def __init__(self) -> None:
        self._ligne = Ligne(confirmee=True)
        self._tour = Semaphore()
        self._muet_jusqu_a = 0.0
        self._absence = Absence("renvois_en_attente")

    def publier(self, envoi: Envoi) -> bool | None:
        """Returns whether a queue took it; `None` where the broker reads nothing, or is away: it is to be kept."""
        with self._tour:
            if time.monotonic() < self._muet_jusqu_a:
                return None
            try:
                (pris,) = self._ligne.publier_ensemble([envoi])
            except MessageNacked:  # no place in that queue
                pris = False
            except PANNES as panne:
                self._absence.constater(panne)
                self._muet_jusqu_a = time.monotonic() + REPOS
                return None
            self._absence.finir()
            return pris


renvois = Renvois()
