"""Whose turn it is at what tests share: any number of them at once, or one that has it alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Tour:
    """What a process waits for its turn with: a door and a room, that the kernel opens again if it dies."""

    def __init__(self, dossier: Path) -> None:
        self._porte, self._salle = (os.open(dossier / nom, os.O_CREAT | os.O_RDWR) for nom in ("porte", "salle"))

    @contextmanager
    def tenir(self, *, seul: bool) -> Iterator[None]:
        """Waits, then holds it; who is to be alone waits for those who hold it, and goes before those who come."""
        fcntl.flock(self._porte, fcntl.LOCK_EX)
        fcntl.flock(self._salle, fcntl.LOCK_EX if seul else fcntl.LOCK_SH)
        fcntl.flock(self._porte, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._salle, fcntl.LOCK_UN)
