"""A copy of the tree in which a test plants a fault, and the tools of `.venv-verif`."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
Lancer = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def lancer() -> Lancer:
    """Runs a tool that stands beside this Python."""

    def faire(outil: str, *arguments: str | Path, dans: Path = RACINE) -> "subprocess.CompletedProcess[str]":
        commande = [str(Path(sys.executable).parent / outil), *map(str, arguments)]
        return subprocess.run(commande, cwd=dans, capture_output=True, text=True, check=False)

    return faire


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """A copy of `deploy/`."""
    return Path(shutil.copytree(RACINE / "deploy", tmp_path / "deploy"))


def remplacer(fichier: Path, avant: str, apres: str) -> None:
    """Plants a fault: replaces `avant`, which must be there."""
    texte = fichier.read_text()
    assert avant in texte, f"{avant!r} n'est plus dans {fichier.name}"
    fichier.write_text(texte.replace(avant, apres))
