"""Whoever waits for a page passes before whoever waits for a file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import eventlet

_PAS = 0.005


class Affluence:
    """The requests being answered in this process."""

    def __init__(self) -> None:
        self._en_cours = 0

    @contextmanager
    def servir(self) -> Iterator[None]:
        """Counts one more meanwhile."""
        self._en_cours += 1
        try:
            yield
        finally:
            self._en_cours -= 1

    def laisser_passer(self, secondes: float) -> None:
        """Waits until none is being answered, so long at most."""
        limite = time.monotonic() + secondes
        while self._en_cours and time.monotonic() < limite:
            eventlet.sleep(_PAS)


affluence = Affluence()
