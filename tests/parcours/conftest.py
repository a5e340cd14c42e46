"""The demo, loaded once for every worker, and the world of the scenarios on it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.communes import EXTRAIT
from tests.conftest import Systeme
from tests.parcours.monde import Monde

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def demo(systeme: Systeme) -> Systeme:
    """The running system with its demo, loaded by the same command as `make run`, a few communes apart."""
    environnement = os.environ | {
        "CERES_URL": systeme.url,
        "DATABASE_URL_GATEWAY": systeme.url_base("gateway"),
        "DATABASE_URL_REFERENTIEL": systeme.url_base("referentiel"),
    }
    with (systeme.journaux / "demo.verrou").open("a+") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)  # the other workers wait, then read that it is loaded
        verrou.seek(0)
        if not verrou.read():  # each folder that borrows this fixture has it for its own, in each worker
            commande = [sys.executable, "-m", "demo", EXTRAIT]
            charge = subprocess.run(
                commande, cwd=RACINE, env=environnement, capture_output=True, text=True, check=False
            )
            assert charge.returncode == 0, charge.stdout + charge.stderr
            verrou.write(charge.stdout)
    return systeme


@pytest.fixture(scope="session")
def monde(demo: Systeme) -> Monde:
    """Who acts, and what they act on."""
    return Monde(demo.url)
