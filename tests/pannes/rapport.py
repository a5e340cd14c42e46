"""The report of the long way: one row a promise in docs/fiabilite.md, replaced each time that it is measured again."""

import re
from pathlib import Path

from commun.clock import maintenant
from commun.domain.dates import en_francais, jour_a

RAPPORT = Path(__file__).resolve().parents[2] / "docs" / "fiabilite.md"


def noter(promesse: str, chiffres: str) -> None:
    """Writes what was seen of a promise (« P4 »), and the day."""
    RAPPORT.write_text(noter_dans(RAPPORT.read_text("utf-8"), promesse, chiffres), "utf-8")


def noter_dans(page: str, promesse: str, chiffres: str) -> str:
    """Returns the page with this in the promise's row, whatever was there before, and today's date."""
    jour = en_francais(jour_a(maintenant()))
    ligne = re.compile(rf"^(\| {promesse} \|[^|]*\|)[^|]*\|[^|]*\|$", re.MULTILINE)
    page, faites = ligne.subn(lambda debut: f"{debut[1]} {chiffres.replace('|', '/')} | {jour} |", page, count=1)
    assert faites, promesse
    return page
