"""Where root's data goes when its project is closed to PostgreSQL's account: it may be copied, moved, or made anew."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local import postgres
from local.pile import RACINE

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL ne va hors du projet que pour root")


@pytest.fixture
def projet(tmp_path, monkeypatch):
    """Gives a function that starts in a project, closed as `/root` is; it returns where the data is."""
    monkeypatch.setattr(postgres, "_HORS_PROJET", tmp_path / "ailleurs")

    def demarrer(nom: str) -> Path:
        dossier = tmp_path / nom
        dossier.mkdir(exist_ok=True, mode=0o700)
        lieu = postgres._lieu(dossier / ".ceres/postgres", postgres._compte())
        assert lieu.parent == tmp_path / "ailleurs" and (dossier / ".ceres/postgres").resolve() == lieu
        assert lieu.stat().st_uid == postgres._compte().uid
        return lieu

    return demarrer


def copier(de: Path, a: Path) -> None:
    shutil.copytree(de, a, symlinks=True)


def effacer(dossier: Path) -> None:
    """What « make clean-data » does in a project."""
    (dossier / "local").mkdir(exist_ok=True)
    shutil.copy(RACINE / "local/effacer.sh", dossier / "local")
    subprocess.run(["bash", dossier / "local/effacer.sh"], check=True)
    assert not (dossier / ".ceres").exists()


def test_une_machine_durcie_laisse_entrer_le_compte_de_postgresql(tmp_path, projet):
    """« umask 077 »: what root makes is root's, and the server could not enter what was made for it."""
    ancien = os.umask(0o077)
    try:
        lieu = projet("un")
    finally:
        os.umask(ancien)
    assert [d.stat().st_mode & 0o005 for d in (lieu, lieu.parent)] == [0o005, 0o005]


def test_un_projet_copie_a_ses_donnees_et_n_efface_pas_celles_de_l_autre(tmp_path, projet):
    """« make clean-data » took the databases of the project that one was copied from."""
    siennes = projet("un")
    copier(tmp_path / "un", tmp_path / "jamais_lance")
    copier(tmp_path / "un", tmp_path / "lance")
    autres = projet("lance")
    assert autres != siennes
    effacer(tmp_path / "jamais_lance")
    effacer(tmp_path / "lance")
    assert siennes.is_dir() and not autres.exists()
    assert projet("un") == siennes
    effacer(tmp_path / "un")
    assert not siennes.exists()


def test_un_projet_deplace_garde_ses_donnees_et_qui_prend_sa_place_a_les_siennes(tmp_path, projet):
    siennes = projet("un")
    (tmp_path / "un").rename(tmp_path / "deux")
    nouvelles = projet("un")
    assert nouvelles != siennes
    assert projet("deux") == siennes
    (tmp_path / "deux").rename(tmp_path / "trois")
    effacer(tmp_path / "trois")
    assert nouvelles.is_dir() and not siennes.exists()


def test_un_projet_efface_puis_refait_ne_trouve_pas_des_donnees_dont_la_cle_n_est_plus(tmp_path, projet):
    """A new clone where one was removed: its passwords opened nothing of what it found, and it never started."""
    (projet("un") / "donnees").mkdir()
    shutil.rmtree(tmp_path / "un")
    assert not (projet("un") / "donnees").exists()


def test_une_place_perdue_est_refaite(tmp_path, projet):
    """The project outlived its container."""
    shutil.rmtree(projet("un"))
    assert projet("un").is_dir()
