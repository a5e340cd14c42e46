"""A system of a test's own, which it may break, restore and recount whole."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from local.pile import RACINE, Pile
from local.postgres import dossier_prive

_EPHEMERE = partial(Pile, ephemere=True)


@contextmanager
def pile_a_soi(nom: str, faire: Callable[[Path], Any] = _EPHEMERE) -> Iterator[tuple[Any, Path]]:
    """Starts all of CERES, without people; gives it, as `faire` makes it, and its folder, which go at the end."""
    with dossier_prive(f"ceres-{nom}-") as dossier:
        pile = faire(dossier)
        try:
            pile.demarrer()
            env = pile.environnement(*pile.bases) | {"CERES_URL": pile.url}
            subprocess.run([sys.executable, "-m", "tests.pannes.donnees"], cwd=RACINE, env=env, check=True)
            yield pile, dossier
        finally:
            pile.jeter()
