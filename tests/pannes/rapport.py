"""The report of the long way: one row a promise in docs/fiabilite.md, replaced each time that it is measured again."""

import re
from pathlib import Path

from commun.clock import maintenant
from commun.dates import en_francais, jour_a

RAPPORT = Path(__file__).resolve().parents[2] / "docs" / "fiabilite.md"


def noter(promesse: str, chiffres: str) -> None:
    """Writes what was seen of a promise (« P4 »), and the day."""
    jour = en_francais(jour_a(maintenant()))
    texte = RAPPORT.read_text("utf-8")
    ligne = re.compile(rf"^(\| {promesse} \| [^|]* \| )[^|]*( \| )[^|]*( \|)$", re.MULTILINE)
    assert len(ligne.findall(texte)) == 1, promesse
    RAPPORT.write_text(ligne.sub(rf"\g<1>{chiffres}\g<2>{jour}\g<3>", texte), "utf-8")
