"""The guide, as the site shows it."""

import re

import pytest
from werkzeug.test import Client

from gateway.app import creer_application
from gateway.web.ecrans.aide import GUIDE


@pytest.fixture(scope="module")
def passant() -> Client:
    return Client(creer_application())


@pytest.mark.parametrize("nom", [fichier.stem for fichier in GUIDE.glob("*.md")])
def test_chaque_page_du_guide_se_lit_sans_compte_et_ne_mene_nulle_part_en_vain(passant: Client, nom: str) -> None:
    page = passant.get(f"/aide/{nom}")
    assert (page.status_code, page.text.count("<h1>")) == (200, 1)
    ici = set(re.findall(r'href="#([\w-]+)"', page.text))
    assert ici <= set(re.findall(r' id="([\w-]+)"', page.text))
    assert "](" not in page.text and "| " not in page.text and not re.search(r"\w'[\w<]", page.text)
    assert page.text.count("<table") == len(re.findall(r'<table[^>]*>\s*<caption class="fr-sr-only">\w', page.text))
    for adresse in set(re.findall(r'(?:href|src)="(/aide[^"]*)"', page.text)):
        assert passant.get(adresse).status_code == 200, adresse


def test_l_aide_est_a_portee_de_chaque_page(passant: Client) -> None:
    assert 'href="/aide"' in passant.get("/connexion").text
    assert {passant.get(f"/aide/{nom}").status_code for nom in ("nulle-part", "images/nulle-part.png")} == {404}


def test_une_image_dont_le_nom_n_en_finit_pas_n_est_pas_une_faute(passant: Client) -> None:
    """No file bears it, and asking the disk for one was an error of ours, for anybody to make."""
    for nom in ("a" * 300, "%00", "..", "%2e%2e%2findex.md"):
        assert passant.get(f"/aide/images/{nom}").status_code == 404, nom
