"""What forms say of their fields."""

import re
from html import unescape

import pytest

from gateway.api.table import PAR_OPERATION
from gateway.web.textes import ancre
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Page, Visiteur, Visiteurs
from tests.parcours.monde import TITRE, Monde


def _libelle(page: Page, nom: str) -> str:
    trouve = re.search(rf'<label class="fr-label" for="{ancre(nom)}">(.*?)</label>', page.brute.text, re.DOTALL)
    assert trouve, page.texte[:1000]
    return unescape(re.sub("<.*?>", "", trouve[1]))


def test_ce_qu_une_autre_reponse_rend_obligatoire_n_est_pas_dit_facultatif(visiteur: Visiteurs, monde: Monde) -> None:
    """« Motif (facultatif) », one read, and under it: « Obligatoire si la demande n’est pas recevable. »"""
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    vae = monde.centre.poster(f"/candidats/{monde.candidat()['id']}/demandes-vae", depot).reussie()
    session = monde.session_validee()
    dte = monde.centre.poster(f"/sessions/{session['id']}/demandes-dte").reussie()
    ud, mission = visiteur("ud-demo"), visiteur("national-demo")
    decision = ud.ouvrir(f"/demandes-vae/{vae['id']}/decision")
    agrement = ud.ouvrir(f"/etablissements/{session['etablissement_id']}/agrements/nouveau")
    pages = (
        (decision, ("motif",)),
        (ud.ouvrir(f"/demandes-dte/{dte['id']}"), ("motif",)),
        (agrement, ("titre_code", "ccs_code")),
        (mission.ouvrir("/invitations/nouvelle"), ("etablissement_id", "departement", "region")),
    )
    dits = {f"{page.adresse} {nom}": _libelle(page, nom) for page, noms in pages for nom in noms}
    assert {ou for ou, dit in dits.items() if "facultatif" in dit} == set()
    assert "facultatif" in _libelle(decision, "date_notification")


@pytest.mark.parametrize(
    ("qui", "adresse", "ailleurs"),
    [
        ("ud-demo", "/jures/nouveau", {"departement"}),  # its address says it
        ("centre-demo", "/candidats/nouveau", set()),
        ("ud-demo", "/etablissements/nouveau", {"departement", "region"}),
        ("national-demo", "/titres/nouveau", {"remplace"}),
        ("national-demo", "/invitations/nouvelle", set()),
        ("national-demo", "/versions/nouvelle", set()),
    ],
)
def test_une_page_demande_tout_ce_que_l_api_prend(
    visiteur: Visiteurs, qui: str, adresse: str, ailleurs: set[str]
) -> None:
    corps = PAR_OPERATION[f"POST {adresse.rpartition('/')[0]}"].corps
    page = visiteur(qui).ouvrir(adresse)
    demandes = set(re.findall(r'\bname="(\w+)', page.brute.text))
    assert corps and corps().fields.keys() - demandes - {"confirmer", "motif"} == ailleurs


@pytest.mark.parametrize("adresse", ["/api/v1/mot-de-passe-oublie", "/api/v1/abonnements"])
def test_ce_qui_est_a_corriger_d_un_formulaire_public_est_dit_sans_l_exemple(demo: Systeme, adresse: str) -> None:
    """« Votre adresse électronique (exemple : nom@exemple.fr) : adresse électronique invalide », said the summary."""
    passant = Visiteur(demo.url, "")
    passant.http.headers["Accept"] = "text/html"
    page = Page(passant.http.get(adresse))
    assert "Exemple : nom@exemple.fr" in page.texte
    refusee = Page(passant.http.post(adresse, data={"courriel": "rien"}))
    resume = re.search(r'<a href="#courriel">(.*?)</a>', refusee.brute.text)
    assert resume, refusee.texte
    assert unescape(resume[1]).startswith("Votre adresse électronique : ")
