"""What is done so many at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def par_lots(elements: Iterable[T], taille: int) -> Iterator[list[T]]:
    """Yields the elements in order, so many at a time; the last lot is shorter where they do not divide.

    They are read as they are asked for. `itertools.batched` is the same, from Python 3.12 on.
    """
    reste = iter(elements)
    while lot := list(islice(reste, taille)):
        yield lot
