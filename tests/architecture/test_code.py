"""What the house forbids everywhere, read from the code itself."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
CODE = sorted(f for dossier in ("commun", "services", "gateway") for f in (RACINE / dossier).rglob("*.py"))
HORLOGES = re.compile(r"date\.today\(|datetime\.(?:now|utcnow|today)\(|time\.time\(")


def _noms(fichiers: list[Path]) -> list[str]:
    return [str(f.relative_to(RACINE)) for f in fichiers]


def test_une_seule_horloge() -> None:
    fautifs = [f for f in CODE if HORLOGES.search(f.read_text("utf-8")) and f.name != "clock.py"]
    assert _noms(fautifs) == []


def test_une_forme_se_lit_jusqu_a_son_dernier_caractere() -> None:
    """`validate.Regexp` lets a final newline pass where its expression ends with `$`."""
    fautifs = [f for f in CODE if "validate.Regexp(" in f.read_text("utf-8").replace("(validate.Regexp):", "")]
    assert _noms(fautifs) == [], "use commun.schemas.champs.Forme"


def test_aucun_fichier_trop_long() -> None:
    longs = [f for f in CODE if len(f.read_text("utf-8").splitlines()) > 400]
    assert _noms(longs) == [], "cut them along an act (commands/<acte>.py) or a subject (domain/rules/<sujet>.py)"


def test_aucune_adresse_de_registre() -> None:
    suspects = []
    for fichier in (*RACINE.glob("requirements/*"), *RACINE.glob("*.toml"), *RACINE.glob("package*.json")):
        if re.search(r"https?://|--(?:extra-)?index-url|\"resolved\"", fichier.read_text("utf-8")):
            suspects.append(fichier)
    assert _noms(suspects) == []


@pytest.mark.parametrize("service", sorted(p.parent.name for p in RACINE.glob("services/*/service.py")))
def test_les_memes_fichiers_partout(service: str) -> None:
    dossier = RACINE / "services" / service
    for nom in ("commands", "queries", "storage"):
        assert (dossier / f"{nom}.py").exists() or (dossier / nom).is_dir(), nom
    for nom in ("service.py", "schemas.py", "events.py", "README.md", "domain", "migrations"):
        assert (dossier / nom).exists() or (dossier / nom.removesuffix(".py")).is_dir(), nom


def test_ce_qu_un_test_prend_d_un_autre_y_est() -> None:
    """Seen only in CI, where nothing could be collected any more: what a page's walk took had gone to another file, and
    no type is checked here.
    """
    absents = []
    for fichier in (RACINE / "tests").rglob("*.py"):
        for pris in ast.walk(_arbre(fichier)):
            if isinstance(pris, ast.ImportFrom) and (pris.module or "").partition(".")[0] == "tests":
                la = RACINE / str(pris.module).replace(".", "/")
                noms = {nom.name for nom in pris.names} - {f.stem for f in la.glob("*")}
                absents += [f"{_noms([fichier])[0]} : {pris.module}.{nom}" for nom in noms - _definis(la)]
    assert absents == []


@cache
def _arbre(fichier: Path) -> ast.Module:
    return ast.parse(fichier.read_bytes())


@cache
def _definis(module: Path) -> set[str]:
    """Returns the names that a module, or the package of this folder, has at its top."""
    source = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
    noms: set[str] = set()
    for element in _arbre(source).body if source.exists() else ():
        match element:
            case ast.FunctionDef(name=nom) | ast.ClassDef(name=nom):
                noms.add(nom)
            case ast.Import(names=pris) | ast.ImportFrom(names=pris):
                noms |= {alias.asname or alias.name for alias in pris}
            case _:
                noms |= {n.id for n in ast.walk(element) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return noms
