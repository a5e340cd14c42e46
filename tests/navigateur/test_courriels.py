"""Les courriels se lisent, en clair comme en sombre, sur un téléphone aussi : chaque texte se détache de ce qui est
derrière lui, aucun ne dépasse."""

from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser

from services.notifications.courrier import gabarits
from services.notifications.courrier.seance import lettre_de_seance
from services.notifications.courrier.versions import lettre_version
from services.notifications.domain.envois import Genre
from tests.notifications.conftest import DONNEES
from tests.notifications.test_courrier import FAITS

CONTRASTE = 4.5  # WCAG 2.1, 1.4.3
_TELEPHONE = 340
"""Pixels of a narrow one."""
_DE_SEANCE = (Genre.CONVOCATION, Genre.RAPPEL, Genre.ANNULATION)
_PEU_LISIBLES = """(minimum) => {
  const nombres = (couleur) => couleur.match(/[\\d.]+/g).map(Number);
  const clarte = (couleur) => nombres(couleur).slice(0, 3)
    .map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((somme, c, i) => somme + c * [0.2126, 0.7152, 0.0722][i], 0);
  const opaque = (couleur) => (nombres(couleur)[3] ?? 1) > 0;
  const fond = (e) => opaque(getComputedStyle(e).backgroundColor)
    ? getComputedStyle(e).backgroundColor : fond(e.parentElement);
  const contraste = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const textes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), fautes = [];
  while (textes.nextNode()) {
    const texte = textes.currentNode.data.trim(), e = textes.currentNode.parentElement;
    if (!texte || !e.getClientRects().length) continue;
    const obtenu = contraste(clarte(getComputedStyle(e).color), clarte(fond(e)));
    if (obtenu < minimum) fautes.push(`${texte} : ${obtenu.toFixed(1)}`);
  }
  return fautes;
}"""


def _courriels() -> dict[str, str]:
    contact = "01 99 00 00 01, secretariat.formation.continue@greta-centre-val-de-loire.exemple.fr"
    remplace: dict[str, Any] = FAITS | {"annule_et_remplace": "2027-02-03", "contact": contact}
    seances = {genre.value: lettre_de_seance(genre, remplace).html for genre in _DE_SEANCE}
    message = {"objet": "Un objet", "phrase": "Une phrase.", "lien": "https://ceres.exemple.fr"}
    version = orjson.loads(DONNEES.read_bytes())
    longue = f"https://www.exemple.gouv.fr/{'a' * 60}"  # what a mission writes, seen as wide as three telephones
    item = {"titre": "Un item", "profils": [{"profils": [], "texte": f"Voir {longue}", "lignes": [longue]}]}
    prevue = {"numero": "1.9", "lignes": [longue]}
    return seances | {
        "version": lettre_version(version).html,
        "liens": lettre_version(version | {"modules": [{"titre": "Un", "items": [item]}], "previsions": prevue}).html,
        "message": gabarits.html("message", **message),
    }


@pytest.mark.parametrize("couleurs", ["light", "dark"])
def test_chaque_texte_d_un_courriel_se_lit(chromium: Browser, couleurs: Any) -> None:
    page = chromium.new_page(color_scheme=couleurs, viewport={"width": _TELEPHONE, "height": 700})
    illisibles, trop_larges = {}, {}
    for nom, html in _courriels().items():
        page.set_content(html)
        if fautes := page.evaluate(_PEU_LISIBLES, CONTRASTE):
            illisibles[nom] = fautes
        # seen pushed out by the address of a centre
        if (largeur := page.evaluate("document.documentElement.scrollWidth")) > _TELEPHONE:
            trop_larges[nom] = largeur
    page.close()
    assert (illisibles, trop_larges) == ({}, {})
