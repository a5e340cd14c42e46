"""A domain is pure, the kernel's too: the standard library and `commun.domain`. `.importlinter` watches the rest."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outils.cas import d_un_trait

RACINE = Path(__file__).resolve().parents[2]
FICHIERS = sorted((*RACINE.glob("commun/domain/*.py"), *RACINE.glob("services/*/domain/**/*.py")))


def importes(source: str) -> Iterator[str]:
    """Yields the full name of each module that a file imports."""
    for noeud in ast.walk(ast.parse(source)):
        if isinstance(noeud, ast.Import):
            yield from (alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, "relative import"
            assert noeud.module
            yield noeud.module


def impurs(source: str, paquet: str) -> list[str]:
    """Returns what a file of this domain may not import."""
    return [
        nom
        for nom in importes(source)
        if nom.partition(".")[0] not in sys.stdlib_module_names
        and not f"{nom}.".startswith(("commun.domain.", f"{paquet}."))
    ]


@d_un_trait
@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: str(f.relative_to(RACINE)))
def test_un_domaine_est_pur(fichier: Path) -> None:
    noms = fichier.relative_to(RACINE).parts
    assert impurs(fichier.read_text("utf-8"), ".".join(noms[: noms.index("domain") + 1])) == []


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
