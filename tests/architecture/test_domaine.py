"""A domain is pure: the standard library and the pure part of the kernel. `.importlinter` watches the rest."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
FICHIERS = sorted(RACINE.glob("services/*/domain/**/*.py"))
_PURS = ("acquis", "dates", "errors", "lifecycle", "pays", "referentiel", "rules", "territoires", "textes")
NOYAU_PUR = {f"commun.{nom}" for nom in _PURS}


def importes(source: str) -> Iterator[str]:
    """Yields the full name of each module that a file imports."""
    for noeud in ast.walk(ast.parse(source)):
        if isinstance(noeud, ast.Import):
            yield from (alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, "relative import"
            assert noeud.module
            yield from ([f"commun.{a.name}" for a in noeud.names] if noeud.module == "commun" else [noeud.module])


def impurs(source: str, paquet: str) -> list[str]:
    """Returns what a file of this domain may not import."""
    return [
        nom
        for nom in importes(source)
        if nom.partition(".")[0] not in sys.stdlib_module_names
        and nom not in NOYAU_PUR
        and not f"{nom}.".startswith(f"{paquet}.")
    ]


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: str(f.relative_to(RACINE)))
def test_un_domaine_est_pur(fichier: Path) -> None:
    service = fichier.relative_to(RACINE).parts[1]
    assert impurs(fichier.read_text("utf-8"), f"services.{service}.domain") == []


@pytest.mark.parametrize(
    "plante",
    [
        "import sqlalchemy",
        "from commun import db",
        "from commun.clock import jour",
        "from services.jures import storage",
    ],
)
def test_un_import_impur_est_vu(plante: str) -> None:
    assert len(impurs(plante, "services.jures.domain")) == 1
