"""One at a time, among the processes of a machine."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def a_son_tour(verrou: Path) -> Iterator[None]:
    """Waits until nobody holds this file, which is left as it is, or made; holds it meanwhile."""
    with verrou.open("a") as tenu:
        fcntl.flock(tenu, fcntl.LOCK_EX)
        yield
