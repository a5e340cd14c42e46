"""The guide, as the site shows it."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import Client

from gateway.app import creer_application
from gateway.web.ecrans.aide import GUIDE
from gateway.web.typographie import apostrophes
from local.pile import RACINE
from tests.gateway.web.visiteur import Visiteur


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


def test_le_plan_du_site_mene_partout_et_chaque_page_y_mene(passant: Client) -> None:
    plan = passant.get("/plan-du-site")
    assert 'href="/plan-du-site"' in passant.get("/connexion").text
    contenu = plan.text.split("<main")[1].split("</main>")[0]
    menees = set(re.findall(r'href="(/[^"]+)"', contenu))
    assert {f"/aide/{f.stem}" for f in GUIDE.glob("*.md")} - menees == {"/aide/index"}
    assert {"/connexion", "/accessibilite", "/donnees-personnelles", "/api/v1/abonnements"} < menees


@pytest.mark.parametrize("qui", ["centre-demo", "ud-demo", "national-demo"])
def test_le_plan_du_site_a_ce_que_le_menu_offre(visiteur: Callable[..., Visiteur], qui: str) -> None:
    menu, contenu = visiteur(qui).http.get("/plan-du-site").text.split('id="menu"')[1].split("<main")
    offertes = re.findall(r'href="(/[^"]*)"', menu.split("</nav>")[0])
    assert len(offertes) > 7
    assert re.findall(r'href="(/[^"]*)"', contenu)[1 : len(offertes) + 1] == offertes  # the first leads where one was


def test_une_image_dont_le_nom_n_en_finit_pas_n_est_pas_une_faute(passant: Client) -> None:
    """No file bears it, and asking the disk for one was an error of ours, for anybody to make."""
    for nom in ("a" * 300, "%00", "..", "%2e%2e%2findex.md"):
        assert passant.get(f"/aide/images/{nom}").status_code == 404, nom


def _dits_par_les_pages() -> str:
    """Returns what pages say, as their sources write it."""
    sources = (
        f
        for forme in ("*.py", "*.html", "*.js")
        for d in ("web", "queries")
        for f in (RACINE / "gateway" / d).rglob(forme)
    )
    return apostrophes(" ".join(" ".join(f.read_text("utf-8") for f in sources if "actifs" not in f.parts).split()))


_D_AILLEURS = {"Mail", "Windows-1252"}
"""What the guide quotes of files that people send."""


def test_ce_que_le_guide_dit_de_cliquer_porte_ce_nom() -> None:
    """A button, a heading or a queue renamed is renamed where its reader is told to look for it."""
    guide = apostrophes(" ".join(" ".join(page.read_text("utf-8") for page in GUIDE.glob("*.md")).split()))
    cites, pages = set(re.findall(r"« (.+?) »", guide)) - _D_AILLEURS, _dits_par_les_pages()
    assert {cite for cite in cites if cite not in pages} == set() and {"Remplacer", "Sessions à valider"} <= cites
    assert "Remplacer par un autre" not in pages


def test_la_page_des_donnees_personnelles_dit_ce_que_leur_registre_dit(passant: Client) -> None:
    """Seen saying that the address of who unsubscribes goes, where it is kept so that nothing is ever sent to it."""
    registre, page = (RACINE / "docs/rgpd.md").read_text("utf-8"), passant.get("/donnees-personnelles").text
    dit = "une adresse désabonnée reste, pour ne plus jamais y écrire"
    assert dit in registre and dit in page and "<h2>Combien de temps</h2>" in page


def test_le_registre_dit_qui_lit_le_nom_d_un_agent() -> None:
    """Seen said to be for himself and for who administers his service: a centre reads in the history of its session who
    refused it, by his name and his address."""
    registre = (RACINE / "docs/rgpd.md").read_text("utf-8")
    (compte,) = (ligne for ligne in registre.splitlines() if ligne.startswith("| Compte d'un agent"))
    assert "qui lit l'historique de ce qu'il a fait" in compte.split("|")[-2]
