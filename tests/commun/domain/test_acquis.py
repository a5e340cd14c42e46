"""RES-02 and RES-04 as a pure function of closed results."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commun.domain.acquis import (
    Acquis,
    Certificat,
    Resultat,
    acquis,
    correspondances_gardees,
    correspondances_vers,
    lus_a_travers,
    titre_obtenu,
)
from commun.domain.referentiel import Certification, Titre

TITRE = Titre("TP", "Titre", ccps=(Certification("A", "A"), Certification("B", "B")))
TITRES = {"TP": TITRE}


def resultat(n: int, ccps: str = "", *, jour: date | None = None, **champs: object) -> Resultat:
    return Resultat(f"s{n}", jour or date(2026, n, 1), "TP", frozenset(ccps), **champs)  # type: ignore[arg-type]


def titres(*resultats: Resultat, titre: Titre = TITRE) -> dict[str, bool]:
    return {c.session_id: c.provisoire for c in acquis(resultats, {"TP": titre}).titres}


def test_le_titre_vient_avec_l_entretien_et_le_dernier_ccp() -> None:
    assert titres(resultat(1, "AB", entretien_final="favorable")) == {"s1": True}
    assert titres(resultat(1, "A"), resultat(2, "B", entretien_final="favorable")) == {"s2": True}
    assert titres(resultat(1, "AB"), resultat(2, entretien_final="favorable")) == {"s2": True}


@pytest.mark.parametrize("entretien", ["defavorable", "non_tenu", None])
def test_sans_entretien_favorable_pas_de_titre(entretien: str | None) -> None:
    assert titres(resultat(1, "AB", entretien_final=entretien)) == {}


def test_un_ccp_qui_manque_ou_qui_vient_apres_ne_fait_pas_le_titre() -> None:
    assert titres(resultat(1, "A", entretien_final="favorable")) == {}
    assert titres(resultat(1, "A", entretien_final="favorable"), resultat(2, "B")) == {}


def test_ce_qui_est_acquis_avant_le_dernier_jour_d_une_session_y_compte() -> None:
    """It was closed before that day, and again on it (RES-04)."""
    close_tot = resultat(1, "A", entretien_final="favorable", juge_le=date(2026, 3, 1))
    assert titres(close_tot, resultat(2, "B")) == {"s1": True}
    assert titres(close_tot, resultat(3, "B")) == {"s1": True}
    assert titres(close_tot, resultat(4, "B")) == {}


def test_deux_lignes_d_une_session_donnent_ensemble() -> None:
    """He was there under two identities, merged since."""
    assert titres(resultat(1), resultat(1, "AB", entretien_final="favorable")) == {"s1": True}
    assert titres(resultat(1, "A"), resultat(1, "B", entretien_final="favorable")) == {"s1": True}


def test_le_titre_n_est_confirme_que_tous_ses_pv_vises() -> None:
    assert titres(resultat(1, "A"), resultat(2, "B", entretien_final="favorable", confirme=True)) == {"s2": True}
    assert titres(resultat(1, "A", confirme=True), resultat(2, "B", entretien_final="favorable")) == {"s2": True}
    vises = resultat(1, "A", confirme=True), resultat(2, "B", entretien_final="favorable", confirme=True)
    assert titres(*vises) == {"s2": False}
    entretien = resultat(2, entretien_final="favorable")
    assert titres(resultat(1, "AB", confirme=True), entretien) == {"s2": True}
    assert titres(resultat(1, "AB", confirme=True), replace(entretien, confirme=True)) == {"s2": False}


@pytest.mark.parametrize(("jour", "obtenu"), [(date(2027, 2, 28), True), (date(2027, 3, 1), False)])
def test_un_titre_hors_delai_le_jour_de_la_session_n_est_pas_obtenu(jour: date, obtenu: bool) -> None:
    fini = Titre("TP", "Titre", ccps=TITRE.ccps, date_fin_de_vie=date(2026, 2, 28))
    assert bool(titres(resultat(1, "AB", jour=jour, entretien_final="favorable"), titre=fini)) is obtenu


def test_ce_que_le_titre_exigeait_a_la_cloture_decide() -> None:
    """The titre gains a CCP, or loses one, after the closing: nothing is given, nor taken away."""
    enrichi = Titre("TP", "Titre", ccps=(*TITRE.ccps, Certification("C", "C")))
    obtenu = {"entretien_final": "favorable", "confirme": True}
    assert titres(resultat(1, "AB", ccp_exiges=frozenset("AB"), **obtenu), titre=enrichi) == {"s1": False}
    assert titres(resultat(1, "AB", **obtenu), titre=enrichi) == {}
    assert titres(resultat(1, "AB", ccp_exiges=frozenset("ABC"), **obtenu)) == {}
    assert titres(resultat(1, "AB", ccp_exiges=frozenset(), **obtenu)) == {}


def test_un_titre_sans_ccp_connu_n_est_pas_obtenu() -> None:
    assert titres(resultat(1, entretien_final="favorable"), titre=Titre("TP", "Titre")) == {}


def test_un_ccp_d_un_titre_anterieur_vaut_celui_qui_lui_correspond() -> None:
    anciens = Resultat("s0", date(2025, 1, 1), "T0", frozenset("Z"))
    final = resultat(1, "B", entretien_final="favorable")
    assert acquis([anciens, final], TITRES).titres == ()
    assert [c.code for c in acquis([anciens, final], TITRES, {"Z": frozenset("A")}).titres] == ["TP"]


def test_les_correspondances_de_la_cloture_passent_avant_celles_du_jour() -> None:
    ancien = Resultat("s0", date(2025, 1, 1), "T0", frozenset("Z"))
    par_z = {"Z": frozenset("A")}
    for gardees, du_jour, obtenu in (
        (par_z, {}, True),
        ({}, par_z, False),
        (None, par_z, True),
        (None, {}, False),
    ):
        final = resultat(1, "B", entretien_final="favorable", correspondances=gardees)
        assert bool(acquis([ancien, final], TITRES, du_jour).titres) is obtenu


def test_une_cloture_garde_les_correspondances_qui_menent_a_ses_ccp() -> None:
    toutes = {"Z": frozenset("AC"), "Y": frozenset("C"), "X": frozenset("BA")}
    gardees = correspondances_vers(frozenset("AB"), toutes)
    assert gardees == {"X": ["A", "B"], "Z": ["A"]}
    assert correspondances_gardees(gardees) == {"X": frozenset("AB"), "Z": frozenset("A")}
    assert correspondances_gardees(None) is None


def test_chaque_certification_une_fois_la_confirmee_puis_la_premiere() -> None:
    lignes = [resultat(3, "A"), resultat(2, "A", confirme=True), resultat(1, "A")]
    assert [(c.session_id, c.provisoire) for c in acquis(lignes, TITRES).ccps] == [("s2", False)]
    assert [c.session_id for c in acquis([lignes[0], lignes[2]], TITRES).ccps] == ["s1"]
    plus_tard, plus_tot = resultat(1, "A", jour=date(2026, 5, 2)), resultat(2, "A", jour=date(2026, 5, 1))
    assert [c.session_id for c in acquis([plus_tard, plus_tot], TITRES).ccps] == ["s2"]
    assert [c.session_id for c in acquis([replace(plus_tot, date=plus_tard.date), plus_tard], TITRES).ccps] == ["s1"]


def test_tout_ce_qui_est_acquis_a_son_code_et_sa_session() -> None:
    ccs = Resultat("s2", date(2026, 2, 1), ccs_code="CS", confirme=True)
    obtenu = acquis([resultat(1, "AB", entretien_final="favorable"), ccs], TITRES)
    assert obtenu.ccs == (Certificat("CS", None, "s2", date(2026, 2, 1), False),)
    assert obtenu.titres == (Certificat("TP", "TP", "s1", date(2026, 1, 1), True),)
    assert obtenu.codes == {"A", "B", "TP", "CS"}
    assert acquis([], TITRES) == Acquis()


@pytest.mark.parametrize(
    ("ccps", "entretien", "obtenu"),
    [
        ("AB", "favorable", True),
        ("ABC", "favorable", True),
        ("A", "favorable", False),
        ("AB", "defavorable", False),
        ("AB", "non_tenu", False),
        ("AB", None, False),
    ],
)
def test_tous_les_ccp_et_un_entretien_favorable(ccps: str, entretien: str | None, obtenu: bool) -> None:
    assert titre_obtenu(TITRE.codes_ccp, frozenset(ccps), entretien) is obtenu


def test_jusqu_au_dernier_jour_de_la_prolongation() -> None:
    titre = replace(TITRE, date_fin_de_vie=date(2028, 2, 29))
    assert titre_obtenu(titre.ccp_exiges_le(date(2029, 2, 28)), frozenset("AB"), "favorable")
    assert not titre_obtenu(titre.ccp_exiges_le(date(2029, 3, 1)), frozenset("AB"), "favorable")


def test_un_ccp_ancien_se_lit_a_travers_le_titre_revise() -> None:
    correspondances = {"Y": frozenset("A")}
    assert lus_a_travers({"Y", "B"}, correspondances) == {"Y", "A", "B"}
    assert lus_a_travers({"Z"}, correspondances) == {"Z"}


LIGNES = st.lists(
    st.builds(
        Resultat,
        st.uuids().map(str),
        st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        st.just("TP"),
        st.frozensets(st.sampled_from("AB")),
        st.sampled_from([None, "CS"]),
        st.sampled_from(["favorable", "defavorable", None]),
        st.booleans(),
    ),
    max_size=6,
)


@given(LIGNES, st.randoms())
def test_l_ordre_ne_compte_pas(lignes: list[Resultat], hasard: object) -> None:
    melees = list(lignes)
    hasard.shuffle(melees)  # type: ignore[attr-defined]
    assert acquis(melees, TITRES) == acquis(lignes, TITRES)


@given(LIGNES)
def test_le_titre_demande_tous_les_ccp(lignes: list[Resultat]) -> None:
    obtenu = acquis(lignes, TITRES)
    if obtenu.titres:
        assert {c.code for c in obtenu.ccps} == {"A", "B"}
        assert any(r.entretien_final == "favorable" for r in lignes)
