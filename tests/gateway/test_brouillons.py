"""Folders of drafts: they go with who writes there, however he ends."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gateway import brouillons
from gateway.brouillons import brouillon
from local.pile import RACINE

TENIR = """
import sys, tempfile
from pathlib import Path
from gateway.brouillons import brouillon
tempfile.tempdir = sys.argv[1]
with brouillon() as dossier:
    Path(dossier, "feuille").write_text("des lignes")
    print(dossier, flush=True)
    sys.stdin.read()
"""


def test_ceux_d_un_processus_tue_partent_quand_un_autre_commence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Seen staying until the pod went: four of a killed gateway took the room of the next one's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    commande = [sys.executable, "-c", TENIR, str(tmp_path)]
    vivant, mort = (
        subprocess.Popen(commande, cwd=RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    )
    with vivant, mort:
        assert vivant.stdout and mort.stdout
        sien, laisse = (Path(processus.stdout.readline().strip()) for processus in (vivant, mort) if processus.stdout)
        mort.kill()
        mort.wait()
        assert (laisse / "feuille").exists()
        with brouillon() as mien:
            assert set(tmp_path.iterdir()) == {sien, Path(mien)}
            assert (sien / "feuille").exists(), "who writes there still holds it"
        vivant.communicate("")
    assert list(tmp_path.iterdir()) == []


def test_celui_qui_commence_n_est_pas_pris_pour_abandonne(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By who begins too, before it is held."""
    creer = tempfile.mkdtemp

    def creer_pendant_qu_un_autre_range(prefix: str) -> str:
        dossier = creer(prefix=prefix)
        brouillons._retirer_les_abandonnes()
        return dossier

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "mkdtemp", creer_pendant_qu_un_autre_range)
    with brouillon() as dossier:
        assert Path(dossier).is_dir()


def test_ni_ceux_qu_on_quitte_ni_ceux_qu_on_retire_ne_restent_ouverts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else a gateway that has written its thousandth file can open nothing any more."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{brouillons._NOM}abandonne").mkdir()
    ouverts = set(Path("/proc/self/fd").iterdir())
    with brouillon() as dossier:
        assert list(tmp_path.iterdir()) == [Path(dossier)]
    assert set(Path("/proc/self/fd").iterdir()) <= ouverts
