"""`requirements/base.in` names what the services and the gateway import: no more, and no less."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
_IMPORT = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)
_SANS_IMPORT = {"setuptools", "tzdata"}
"""What nameko imports without saying so, and what the standard library reads."""


def _nom(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _nommees() -> set[str]:
    lignes = (RACINE / "requirements/base.in").read_text().splitlines()
    return {_nom(lu[0]) for ligne in lignes if (lu := re.match(r"[\w.-]+", ligne))}


def _importees() -> list[set[str]]:
    """Returns, for each module of others that is imported, the distributions that give it."""
    sources = (f for dossier in ("commun", "services", "gateway", "ceres") for f in (RACINE / dossier).rglob("*.py"))
    modules = {m for f in sources for m in _IMPORT.findall(f.read_text("utf-8"))}
    return [{_nom(d) for d in ds} for m, ds in packages_distributions().items() if m in modules]


def test_ce_qui_est_importe_est_nomme() -> None:
    importees = _importees()
    assert len(importees) > 25
    assert [sorted(ds) for ds in importees if not ds & _nommees()] == []


def test_ce_qui_est_nomme_est_importe() -> None:
    assert _nommees() - set[str]().union(*_importees()) == _SANS_IMPORT
