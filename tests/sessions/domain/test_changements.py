"""What an act makes of a session, and the whole submission and validation."""

from dataclasses import replace
from datetime import date, time

import pytest

from commun.domain.lifecycle import Decision
from services.sessions.domain.changements import apres
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Convocations, Etat, InscriptionJure, Session
from services.sessions.domain.rules import par_acte
from tests.sessions.domain.fabrique import (
    BIEN_AVANT,
    CADRE,
    CADRE_CCS,
    CENTRE,
    HORAIRES,
    JURES,
    TITRE,
    UD,
    ailleurs,
    codes,
    faits,
    session,
)

AUTRE_CADRE = replace(CADRE, date_fin=date(2026, 6, 18))
AUTRES_HORAIRES = replace(HORAIRES, heure_debut=time(10, 0))
MAI = date(2026, 5, 10)


def agir(action: Action, depuis: Etat, qui: str = CENTRE, **valeurs: object) -> Session:
    f = faits(depuis, **valeurs)
    decision = SESSION.decider(action, depuis, qui, f)
    assert decision.refus == ()
    return apres(f, decision)


def test_la_premiere_soumission_date_et_la_suivante_non() -> None:
    assert agir(Action.SOUMETTRE, Etat.BROUILLON).soumise_le == BIEN_AVANT
    resoumise = agir(Action.SOUMETTRE, Etat.REFUSEE, jour=date(2026, 4, 1))
    assert (resoumise.etat, resoumise.soumise_le) == (Etat.EN_ATTENTE, BIEN_AVANT)
    assert agir(Action.RETIRER, Etat.EN_ATTENTE).soumise_le == BIEN_AVANT


def test_le_motif_d_une_decision_se_garde_jusqu_a_la_validation() -> None:
    refusee = apres(faits(Etat.EN_ATTENTE), Decision(Action.REFUSER, Etat.REFUSEE), "Plateau indisponible")
    assert (refusee.motif, refusee.carence) == ("Plateau indisponible", False)
    resoumise = apres(replace(faits(Etat.REFUSEE), session=refusee), Decision(Action.SOUMETTRE, Etat.EN_ATTENTE), "Mot")
    assert resoumise.motif == "Plateau indisponible"
    validation = Decision(Action.VALIDER, Etat.VALIDEE)
    assert apres(replace(faits(Etat.EN_ATTENTE), session=resoumise), validation, "Mot").motif is None
    annulee = apres(faits(Etat.EN_COURS), Decision(Action.CONSTATER_CARENCE, Etat.ANNULEE), "Juré absent")
    assert (annulee.motif, annulee.carence) == ("Juré absent", True)


@pytest.mark.parametrize("autre", [{"titre_code": "TP-2"}, {"ccs_code": "CS-1"}])
def test_une_autre_certification_se_soumet_pour_la_premiere_fois(autre: dict[str, str]) -> None:
    """SES-02, SES-05 : la date de la première soumission est celle de la certification, pas de la session."""
    avril, cadre = date(2026, 4, 1), replace(CADRE, **autre)
    f = faits(Etat.REFUSEE, jour=avril, nouveau_cadre=cadre)
    decision = Decision(Action.MODIFIER_CADRE, Etat.REFUSEE)
    assert apres(f, decision).soumise_le is None
    assert apres(replace(f, nouveau_cadre=AUTRE_CADRE), decision).soumise_le == BIEN_AVANT
    retour = Decision(Action.MODIFIER_CADRE, Etat.EN_ATTENTE)
    assert apres(faits(Etat.VALIDEE, jour=avril, nouveau_cadre=cadre), retour).soumise_le == avril


@pytest.mark.parametrize(
    ("change", "soumise_le"), [({"titre_code": "TP-1"}, BIEN_AVANT), ({"titre_code": None, "ccs_code": "CS-2"}, None)]
)
def test_dire_le_titre_d_un_ccs_n_en_fait_pas_un_autre(change: dict[str, str | None], soumise_le: date | None) -> None:
    """SES-05 : un CCS est le même, que le titre qu'il complète soit dit ou non."""
    sans_titre = replace(CADRE_CCS, titre_code=None)
    deposee = session(Etat.REFUSEE, cadre=sans_titre, soumise_le=BIEN_AVANT)
    f = faits(Etat.REFUSEE, session=deposee, nouveau_cadre=replace(sans_titre, **change))
    assert apres(f, Decision(Action.MODIFIER_CADRE, Etat.REFUSEE)).soumise_le == soumise_le


def test_chaque_edition_des_convocations_a_sa_version() -> None:
    premiere = agir(Action.EDITER_CONVOCATIONS, Etat.VALIDEE)
    assert premiere.convocations == Convocations(1, BIEN_AVANT)
    seconde = agir(Action.EDITER_CONVOCATIONS, Etat.CONVOQUEE)
    assert seconde.convocations == Convocations(2, MAI)


def test_changer_l_heure_apres_les_convocations_en_fait_une_version() -> None:
    s = agir(Action.MODIFIER_HORAIRES, Etat.CONVOQUEE, nouveaux_horaires=AUTRES_HORAIRES)
    assert (s.etat, s.horaires, s.convocations) == (Etat.VALIDEE, AUTRES_HORAIRES, Convocations(2, MAI))
    responsable = replace(HORAIRES, responsable="M. Faure")
    s = agir(Action.MODIFIER_HORAIRES, Etat.CONVOQUEE, nouveaux_horaires=responsable)
    assert (s.horaires, s.convocations) == (responsable, Convocations(1, date(2026, 5, 4)))
    assert agir(Action.MODIFIER_HORAIRES, Etat.VALIDEE, nouveaux_horaires=AUTRES_HORAIRES).convocations is None


@pytest.mark.parametrize(
    ("action", "qui", "etat"),
    [
        (Action.MODIFIER_CADRE, CENTRE, Etat.EN_ATTENTE),
        (Action.REFUSER, UD, Etat.REFUSEE),
        (Action.ANNULER, UD, Etat.ANNULEE),
    ],
)
def test_ce_qui_annule_les_convocations(action: Action, qui: str, etat: Etat) -> None:
    s = agir(action, Etat.CONVOQUEE, qui, nouveau_cadre=AUTRE_CADRE if action is Action.MODIFIER_CADRE else None)
    assert (s.etat, s.convocations) == (etat, Convocations(1, date(2026, 5, 4), en_vigueur=False))
    assert s.cadre == (AUTRE_CADRE if action is Action.MODIFIER_CADRE else CADRE)


def test_une_fin_reportee_garde_la_session_en_cours() -> None:
    s = agir(Action.MODIFIER_CADRE, Etat.A_CLOTURER, UD, nouveau_cadre=AUTRE_CADRE)
    assert (s.etat, s.etat_le(date(2026, 6, 18)), s.convocations_en_vigueur) == (Etat.VALIDEE, Etat.EN_COURS, True)


def test_le_visa_date_et_le_deblocage_l_enleve() -> None:
    assert agir(Action.VISER, Etat.CLOTUREE, UD).pv_vise_le == date(2026, 6, 18)
    visee = session(Etat.CLOTUREE, pv_vise_le=date(2026, 6, 18))
    s = agir(Action.DEBLOQUER, Etat.CLOTUREE, UD, session=visee)
    assert (s.etat, s.pv_vise_le) == (Etat.DEBLOQUEE, None)


def test_une_session_refusee_ne_change_pas() -> None:
    f = faits()
    assert apres(f, Decision(Action.INSCRIRE_JURE, Etat.BROUILLON)) == f.session


def test_la_soumission_dit_toutes_les_raisons_dans_l_ordre_de_la_page() -> None:
    trois = tuple(ailleurs(date(2026, mois, 2)) for mois in (1, 2, 3))
    f = faits(
        jour=date(2026, 6, 10),
        session=session(jures=JURES[1:], cadre=replace(CADRE, ccp_codes=frozenset({"BC01", "BC02", "BC03"}))),
        titre=replace(TITRE, date_fin_de_vie=date(2026, 5, 31)),
        agrements=(),
        autres_sessions={"cand-1": trois},
    )
    decision = SESSION.decider(Action.SOUMETTRE, Etat.BROUILLON, CENTRE, f)
    assert codes(decision.refus) == [
        "SES-01",
        "SES-02",
        "SES-02",
        "SES-03",
        "SES-05",
        "SES-06",
        "SES-07",
        "SES-07",
    ]


def test_la_validation_interroge_de_nouveau_tout_ce_qui_a_pu_changer() -> None:
    perdu = (JURES[0], InscriptionJure("jure-2", "MOREL Jean", None))
    f = faits(
        Etat.EN_ATTENTE,
        session=session(Etat.EN_ATTENTE, jures=perdu),
        titre=replace(TITRE, date_fin_de_vie=date(2025, 1, 1)),
        agrements=(),
    )
    decision = SESSION.decider(Action.VALIDER, Etat.EN_ATTENTE, UD, f)
    assert codes(decision.refus) == ["SES-01", "SES-02", "SES-07", "SES-08"]


def test_la_validation_ne_revient_pas_sur_le_delai_de_soumission() -> None:
    assert "SES-05" not in {r.code for r in par_acte.VALIDATION}
    assert (
        SESSION.decider(Action.VALIDER, Etat.EN_ATTENTE, UD, faits(Etat.EN_ATTENTE, jour=date(2026, 6, 14))).refus == ()
    )


def test_les_convocations_disent_les_horaires_donnes_avec_elles_ou_ceux_d_avant() -> None:
    edition, f = Decision(Action.EDITER_CONVOCATIONS, Etat.VALIDEE), faits(Etat.VALIDEE)
    assert apres(f, edition).horaires == HORAIRES
    assert apres(replace(f, nouveaux_horaires=AUTRES_HORAIRES), edition).horaires == AUTRES_HORAIRES
