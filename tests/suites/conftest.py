"""The system on which sequences are played: its own, for it is recounted whole and its days go forward."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.pile import RACINE, Pile
from tests.outils.traces_exigees import TRACEES, exiger_les_traces
from tests.parcours.monde import Monde
from tests.suites.pays import Pays


@pytest.fixture(scope="session")
def pays() -> Iterator[Pays]:
    """All of CERES, without people; whatever is changed without its trace there does not commit (TRA-01)."""
    dossier = Path(tempfile.mkdtemp(prefix="ceres-suites-"))
    dossier.chmod(0o711)  # PostgreSQL, under another account where we are root, must get in
    pile = Pile(dossier, ephemere=True)
    try:
        pile.demarrer()
        env = pile.environnement(*pile.bases) | {"CERES_URL": pile.url}
        subprocess.run([sys.executable, "-m", "tests.pannes.donnees"], cwd=RACINE, env=env, check=True)
        for service in TRACEES:
            exiger_les_traces(service, pile.bases[service].url_proprietaire)
        le_pays = Pays(pile, Monde(pile.url))
        yield le_pays
        le_pays.fermer()
    finally:
        pile.arreter()
        shutil.rmtree(dossier, ignore_errors=True)
