"""The territories that the demo loads: whole where npm brings them, the extract where it does not."""

import io
import tarfile
from pathlib import Path

import pytest

from demo import communes

_NPM = """#!/bin/sh
cp "{archive}" "$5/decoupage.tgz"
"""


def archive(chemin: Path, *noms: str) -> bytes:
    with tarfile.open(chemin, "w:gz") as contenu:
        for nom in noms:
            membre = tarfile.TarInfo(f"package/data/{nom}")
            membre.size = 2
            contenu.addfile(membre, io.BytesIO(b"[]"))
    return chemin.read_bytes()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gives the folder where they are kept; npm brings `tmp_path / "paquet.tgz"`."""
    npm = tmp_path / "npm"
    npm.write_text(_NPM.format(archive=tmp_path / "paquet.tgz"))
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(communes, "_CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_le_paquet_entier_est_garde_et_rien_d_autre(cache: Path, tmp_path: Path) -> None:
    archive(tmp_path / "paquet.tgz", *communes._FICHIERS, "epci.json")
    assert communes.dossier() == cache
    assert sorted(fichier.name for fichier in cache.iterdir()) == sorted(communes._FICHIERS)


def test_un_paquet_coupe_ou_sans_ce_qu_il_faut_laisse_l_extrait(cache: Path, tmp_path: Path) -> None:
    """Seen: a traceback, and no demo."""
    entier = archive(tmp_path / "paquet.tgz", *communes._FICHIERS)
    (tmp_path / "paquet.tgz").write_bytes(entier[: len(entier) // 2])
    assert communes.dossier() == communes.EXTRAIT
    archive(tmp_path / "paquet.tgz", "regions.json")
    assert communes.dossier() == communes.EXTRAIT
