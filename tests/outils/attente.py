"""What comes a moment later: an event's effect, a mail, the end of a process."""

import time
from collections.abc import Callable
from typing import Any


def attendre(condition: Callable[[], Any], secondes: float = 30) -> Any:
    """Returns what `condition` gives, once it gives something; fails past the delay, which is no promise unless given:
    the machine has two busy cores.
    """
    limite = time.monotonic() + secondes
    while not (vu := condition()):
        assert time.monotonic() < limite, f"toujours pas, au bout de {secondes} s"
        time.sleep(0.05)
    return vu
