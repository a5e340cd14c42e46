"""A service as the tests start it: `python -m tests.pannes.lanceur services.jures.service`, then `commun.runner`.

`CERES_MORT` is the file that says where it dies (`points.py`); `CERES_DECALAGE` moves its clock, in seconds.
"""

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

import os
import sys
from datetime import timedelta
from pathlib import Path

from commun import clock


def decaler(secondes: float) -> None:
    """Moves this process's clock; to do before anything takes `maintenant` from its module."""
    vraie = clock.maintenant
    clock.maintenant = lambda: vraie() + timedelta(seconds=secondes)


if __name__ == "__main__":
    if decalage := os.environ.get("CERES_DECALAGE"):
        decaler(float(decalage))
    from commun.runner import lancer
    from tests.pannes.points import poser

    poser(Path(os.environ["CERES_MORT"]))
    lancer(sys.argv[1:])
