"""Whoever waits for a page passes before whoever waits for a file."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.ouvertes import attendre_tant_que


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
        attendre_tant_que(lambda: self._en_cours, secondes)


affluence = Affluence()
