"""What is new for whom, asked once a second for all the streams of a process (ADR 87).

Each open page asked for itself: five hundred took a whole processor of the service, to be told that nothing had come.
"""

import time
from functools import cache
from typing import Any

from commun.bus.appel import Appel
from commun.bus.rpc import client
from commun.config import config
from commun.fils import repeter
from commun.storage.db import nouvel_id

RYTHME = 1.0
"""Seconds between two questions."""
_ENCORE = 30.0
"""Seconds for which one goes on asking of an account after somebody wanted to know: another page follows."""


class Guet:
    """The accounts whose streams wait for something new, and a mark of each, which is another once something came."""

    def __init__(self, appelee: str) -> None:
        """`appelee`: « notifications.reperes_messages », which takes accounts and returns the mark of each."""
        self._service, _, self._methode = appelee.partition(".")
        self._jusqu_a: dict[str, float] = {}
        self._reperes: dict[str, Any] = {}
        self._boucle: Any = None

    def repere(self, compte_id: str) -> Any:
        """Returns an account's mark, and has it asked for from now on: one like no other as long as it is not known, so
        that who waits asks by itself.
        """
        self._boucle = self._boucle or repeter(RYTHME, self.regarder)
        self._jusqu_a[compte_id] = time.monotonic() + _ENCORE
        return self._reperes.get(compte_id, object())

    def regarder(self) -> None:
        """Asks for the marks of all who are waited for.

        Raises:
            Refus: as `ClientRpc.appeler`; none is then known.
        """
        maintenant, reperes = time.monotonic(), dict[str, Any]()
        self._jusqu_a = {compte_id: fin for compte_id, fin in self._jusqu_a.items() if fin > maintenant}
        try:
            if self._jusqu_a:
                appel = Appel(nouvel_id(), delai=config().delai_appel)
                reperes = client.appeler(self._service, self._methode, appel, comptes=[*self._jusqu_a])
        finally:
            self._reperes = reperes


@cache
def guet(appelee: str) -> Guet:
    """Returns the process's own, of what this method says."""
    return Guet(appelee)
