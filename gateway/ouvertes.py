"""Answers that last, streams and files: they go out on their connections' greenlets, outside the pool of workers, so
many at once.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import eventlet
from eventlet.event import Event

from commun.domain.errors import Indisponible, TropDeRequetes

_PAS = 0.005


def attendre_tant_que(occupe: Callable[[], object], secondes: float) -> None:
    """Waits as long as it is so, so long at most."""
    limite = time.monotonic() + secondes
    while occupe() and time.monotonic() < limite:
        eventlet.sleep(_PAS)


class Ouvertes:
    """Those of one kind that are under way in this process."""

    def __init__(self, combien: int, par_compte: int, trop: str, reessayer_dans: int) -> None:
        """Args:
        combien: how many at once: more would only slow each other.
        par_compte: how many for one account, which may read its own as slowly as it likes: it leaves places to others.
        trop: what is said to who has all of its own.
        reessayer_dans: seconds after which it may try again.
        """
        self._combien, self._par_compte = combien, par_compte
        self._trop, self._reessayer_dans = trop, reessayer_dans
        self._comptes: dict[object, str] = {}
        self._fermeture = Event()

    def prendre(self, compte_id: str) -> object:
        """Returns a place, which `rendre` gives back.

        Raises:
            Indisponible: there is none left, or the process is about to go.
            TropDeRequetes: this account has all of its own.
        """
        if len(self._comptes) >= self._combien or self.fermees:
            raise Indisponible()
        if list(self._comptes.values()).count(compte_id) >= self._par_compte:
            raise TropDeRequetes(self._trop, reessayer_dans=self._reessayer_dans)
        place = object()
        self._comptes[place] = compte_id
        return place

    @contextmanager
    def tenir(self, compte_id: str) -> Iterator[None]:
        """Takes a place for the time of a block; raises as `prendre`."""
        place = self.prendre(compte_id)
        try:
            yield
        finally:
            self.rendre(place)

    def rendre(self, place: object) -> None:
        """Gives a place back; said twice, it is done once."""
        self._comptes.pop(place, None)

    @property
    def fermees(self) -> bool:
        """Whether the process is about to go."""
        return bool(self._fermeture.ready())

    def fermer(self) -> None:
        """Has those under way end, and takes no more."""
        if not self.fermees:
            self._fermeture.send()

    def attendre_la_fermeture(self, secondes: float) -> bool:
        """Waits so long; returns at once, and true, when the process must go."""
        with eventlet.Timeout(secondes, False):
            self._fermeture.wait()
        return self.fermees

    def attendre_la_fin(self, secondes: float) -> None:
        """Waits until those under way have ended, so long at most."""
        attendre_tant_que(lambda: self._comptes, secondes)
