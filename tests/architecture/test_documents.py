"""Every link between our pages leads to a page, or to a heading, that is there."""

import re
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
PAGES = sorted([*RACINE.glob("*.md"), *(f for d in ("docs", "deploy", "services") for f in (RACINE / d).rglob("*.md"))])
_LIEN = re.compile(r"\]\(([^)\s]+)\)")


def _ancres(page: Path) -> set[str]:
    """Returns the anchors of a page's headings, as GitHub makes them."""
    intitules = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", intitule.lower()).replace(" ", "-") for intitule in intitules}


def rompus(page: Path, texte: str) -> list[str]:
    """Returns the links of this text, read as that of this page, that lead nowhere."""
    trouves = []
    for lien in _LIEN.findall(texte):
        chemin, _, ancre = lien.partition("#")
        cible = (page.parent / chemin) if chemin else page
        if "://" not in lien and (not cible.exists() or (ancre and ancre not in _ancres(cible))):
            trouves.append(lien)
    return trouves


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(RACINE)))
def test_chaque_lien_mene_quelque_part(page: Path) -> None:
    assert rompus(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize("lien", ["docs/absente.md", "docs/regles.md#absente", "#absente"])
def test_un_lien_rompu_serait_vu(lien: str) -> None:
    assert rompus(RACINE / "README.md", f"[ici](docs/glossaire.md#la-session) puis [là]({lien})") == [lien]
