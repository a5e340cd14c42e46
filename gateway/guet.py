"""What is new for whom, asked once a second for all the streams of a process (ADR 87).

Each open page asked for itself: five hundred took a whole processor of the service, to be told that nothing had come.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from commun.bus.appel import Appel
from commun.bus.rpc import client
from commun.config import config
from commun.fils import repeter
from commun.storage.db import nouvel_id

RYTHME = 1.0
"""Seconds between two questions."""


class Guet:
    """The accounts whose streams wait for something new, and a mark of each, which is another once something came."""

    def __init__(self, appelee: str) -> None:
        """`appelee`: « notifications.reperes_messages », which takes accounts and returns the mark of each."""
        self._service, _, self._methode = appelee.partition(".")
        self._suivis: Counter[str] = Counter()
        self._reperes: dict[str, Any] = {}
        self._boucle: Any = None

    @contextmanager
    def suivre(self, compte_id: str) -> Iterator[Callable[[], Any]]:
        """Watches for this account too, for the time of a block. Gives what returns its mark: one like no other as long
        as it is not known, so that who waits asks by itself.
        """
        self._boucle = self._boucle or repeter(RYTHME, self.regarder)
        self._suivis[compte_id] += 1
        try:
            yield lambda: self._reperes.get(compte_id, object())
        finally:
            self._suivis[compte_id] -= 1
            if not self._suivis[compte_id]:
                del self._suivis[compte_id]

    def regarder(self) -> None:
        """Asks for the marks of all that are followed.

        Raises:
            Refus: as `ClientRpc.appeler`; none is then known.
        """
        reperes, comptes = {}, list(self._suivis)
        try:
            if comptes:
                appel = Appel(nouvel_id(), delai=config().delai_appel)
                reperes = client.appeler(self._service, self._methode, appel, comptes=comptes)
        finally:
            self._reperes = reperes


@cache
def guet(appelee: str) -> Guet:
    """Returns the process's own, of what this method says."""
    return Guet(appelee)
