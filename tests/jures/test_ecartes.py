"""Qui une recherche trouve, et ne peut pas entrer dans un jury : pourquoi, à qui peut le lire."""

from typing import Any

import pytest

from commun.bus.acteur import Acteur
from services.jures.commands.habilitations import suspendre
from services.jures.commands.jures import inactiver_jure
from services.jures.queries.possibles import possibles
from tests.jures.banc import CENTRE, LYON, NATIONAL, UD_69, UD_75, Banc, Corps

SESSION: Corps = {
    **{"type": "TITRE", "titre_code": "TP-1", "ccp_codes": ["BC01", "BC02"], "ccs_code": None},
    **{"date_debut": "2026-05-04", "date_fin": "2026-05-06", "departement": "75", "region": "11", "sauf": []},
}


def chercher(banc: Banc, q: str, qui: Acteur = UD_75, **criteres: Any) -> tuple[list[str], list[Corps]]:
    """The names of those who may sit, and those who may not, of whom a search finds."""
    page = banc.lire(qui, possibles, {"q": q}, nommes=SESSION | criteres)
    assert page["total"] == len(page["elements"])
    return [j["nom"] for j in page["elements"]], page["ecartes"]


def test_une_habilitation_qui_finit_trop_tot_se_dit(banc: Banc) -> None:
    banc.habilitation(banc.jure(nom="Abel"), date_fin="2026-05-05")
    banc.habilitation(banc.jure(nom="Abelard"))
    banc.jure(nom="Zoe")
    banc.agrement()
    for qui in (UD_75, CENTRE, NATIONAL):
        peuvent, (lui,) = chercher(banc, "abel", qui)
        assert (peuvent, lui["nom"], lui["habilitation_id"]) == (["Abelard"], "Abel", None)
        assert (lui["habilitation"]["etat"], str(lui["habilitation"]["fin_effective"])) == ("active", "2026-05-05")


def test_suspendue_inactif_ou_d_un_autre_titre(banc: Banc) -> None:
    suspendu, inactif = banc.jure(nom="Suspendu"), banc.jure(nom="Inactif")
    h = banc.habilitation(suspendu)
    banc.faire(UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]})
    banc.habilitation(inactif)
    banc.faire(UD_75, inactiver_jure, inactif["id"], {"confirmer": ["JUR-02"]})
    _, (lui,) = chercher(banc, "suspendu")
    assert (lui["actif"], lui["habilitation"]["etat"]) == (True, "suspendue")
    _, (lui,) = chercher(banc, "inactif")
    assert (lui["actif"], lui["habilitation_id"] is not None) == (False, True)
    _, (lui,) = chercher(banc, "suspendu", titre_code="TP-2", ccp_codes=["N1"])
    assert lui["habilitation"] is None


@pytest.mark.parametrize("q", ["abel", "paris"])
def test_de_qui_on_ne_lit_pas_rien_n_est_dit(banc: Banc, q: str) -> None:
    """Neither that he exists: a suspended juré is none of a centre's, nor one of another région an UD's."""
    banc.agrement()
    h = banc.habilitation(banc.jure(nom="Abel"), date_fin="2026-05-05")
    trouves = {qui: len(chercher(banc, q, qui)[1]) for qui in (UD_75, UD_69, CENTRE)}
    assert trouves == {UD_75: 1, UD_69: 0, CENTRE: 1}
    banc.faire(UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]})
    trouves = {qui: len(chercher(banc, q, qui)[1]) for qui in (UD_75, UD_69, CENTRE)}
    assert trouves == {UD_75: 1, UD_69: 0, CENTRE: 0}


def test_de_tous_ceux_qui_portent_un_nom_on_lit_les_plus_proches(banc: Banc) -> None:
    """Twenty of a common name, elsewhere in France, hid the one whom the agent looked for."""
    for rang in range(20):
        banc.jure(UD_69, nom=f"Abel {'abcdefghijklmnopqrst'[rang]}", adresse=LYON)
    banc.jure(nom="Abel Zoe")
    assert [lui["nom"] for lui in chercher(banc, "abel")[1]] == ["Abel Zoe"]
    d_abord, *autres = chercher(banc, "abel", NATIONAL)[1]
    assert (d_abord["nom"], len(autres)) == ("Abel Zoe", 9)


def test_qui_a_des_pages_a_lire_precise_d_abord_sa_recherche(banc: Banc) -> None:
    """Of « martin », a hundred may sit: who may not is for who looks for one of them."""
    for nom in ("Abel", "Abelard"):
        banc.habilitation(banc.jure(nom=nom))
    banc.jure(nom="Abelin")
    page = banc.lire(UD_75, possibles, {"q": "abel", "par_page": 1}, nommes=SESSION)
    assert (page["total"], page["ecartes"]) == (2, [])


def test_sans_recherche_ou_de_deux_lettres_personne_n_est_nomme(banc: Banc) -> None:
    banc.jure(nom="Abel")
    assert [len(chercher(banc, q)[1]) for q in ("", "ab", "abe")] == [0, 0, 1]


def test_qui_est_du_jury_est_trouve_sans_y_etre_offert(banc: Banc) -> None:
    jure = banc.jure(nom="Abel")
    h = banc.habilitation(jure)
    peuvent, (lui,) = chercher(banc, "abel", sauf=[jure["id"]])
    assert (peuvent, lui["habilitation_id"]) == ([], h["id"])
