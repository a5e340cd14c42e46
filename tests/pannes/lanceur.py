"""A service as the tests start it, forked from one that has its imports (`tests/outils/souche.py`).

`CERES_MORT` is the file that says where it dies (`points.py`); `CERES_DECALAGE` moves its clock, in seconds.
"""

import os
from datetime import timedelta
from pathlib import Path

from commun import clock, runner
from tests.pannes.points import poser


def decaler(secondes: float) -> None:
    """Moves this process's clock."""
    vraie = clock.maintenant
    clock.maintenant = lambda: vraie() + timedelta(seconds=secondes)


def lancer(modules: list[str]) -> None:
    """Runs these services until they are told to end, or die."""
    if decalage := os.environ.get("CERES_DECALAGE"):
        decaler(float(decalage))
    poser(Path(os.environ["CERES_MORT"]))
    runner.lancer(modules)
