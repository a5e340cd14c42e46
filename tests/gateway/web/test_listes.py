"""What a page of a list offers, to sort it or to filter it, its operation of the API takes."""

import re

import pytest

from local.pile import RACINE
from tests.gateway.web.visiteur import Page, Visiteurs

ECRANS = "".join(f.read_text("utf-8") for f in sorted((RACINE / "gateway/web/ecrans").glob("*.py")))
LISTES = sorted({*re.findall(r'^        operation="GET (/[\w-]+)",$', ECRANS, re.MULTILINE)})
_CHOIX = re.compile(r'<select [^>]*name="(\w+)".*?<option value="([^"]+)"', re.DOTALL)
_DATE = re.compile(r'<input [^>]*type="date" [^>]*name="(\w+)"')


def offerts(page: Page, liste: str) -> dict[str, str]:
    """Returns the addresses that a list offers, by what each adds: one of each sort, one of each filter."""
    filtres = [*_CHOIX.findall(page.brute.text), *((nom, "2027-01-01") for nom in _DATE.findall(page.brute.text))]
    tris = [trie for lien in page.liens if lien.startswith(f"{liste}?") and (trie := re.search(r"tri=(\w+)", lien))]
    return {t[0]: f"{liste}?{t[0]}" for t in tris} | {nom: f"{liste}?{nom}={valeur}" for nom, valeur in filtres}


def test_les_listes_sont_trouvees() -> None:
    assert len(LISTES) > 10


@pytest.mark.parametrize("liste", LISTES)
def test_ce_qu_une_liste_offre_est_compris(visiteur: Visiteurs, liste: str) -> None:
    offertes: dict[str, str] = {}
    for qui in map(visiteur, ("national-demo", "ud-demo", "centre-demo")):
        page = qui.ouvrir(liste)
        nouvelles = offerts(page, liste) if page.statut == 200 else {}
        for nom in nouvelles.keys() - offertes.keys():
            lue = qui.ouvrir(nouvelles[nom]).texte
            assert "ce que la liste n’a pas" not in lue and "Un filtre est à corriger" not in lue, nouvelles[nom]
        offertes |= nouvelles
    assert offertes
