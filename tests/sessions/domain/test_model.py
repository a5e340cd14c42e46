"""What follows from dates, what a frame implies, what a demande VAE covers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.vae import DemandeVae
from services.sessions.domain.model import (
    Cadre,
    Convocations,
    Etat,
    TypeSession,
    champs_changes,
)
from services.sessions.domain.vae import ouvre, qui_ouvre
from tests.sessions.domain.fabrique import (
    CADRE,
    CADRE_CCP,
    CADRE_CCS,
    DEBUT,
    FIN,
    SESSION,
    SITE,
    TITRE,
    faits,
    session,
)

VEILLE = DEBUT - timedelta(days=1)
LENDEMAIN = FIN + timedelta(days=1)


@pytest.mark.parametrize("etat", [Etat.BROUILLON, Etat.EN_ATTENTE, Etat.REFUSEE])
def test_jamais_validee_elle_devient_caduque_le_jour_du_debut(etat: Etat) -> None:
    s = replace(SESSION, etat=etat)
    assert s.etat_le(VEILLE) is etat
    assert s.etat_le(DEBUT) is Etat.CADUQUE
    assert s.etat_le(LENDEMAIN) is Etat.CADUQUE


def test_validee_ses_dates_font_son_etat() -> None:
    validee = replace(SESSION, etat=Etat.VALIDEE)
    convoquee = replace(validee, convocations=Convocations(1, date(2026, 5, 4)))
    assert validee.etat_le(VEILLE) is Etat.VALIDEE
    assert convoquee.etat_le(VEILLE) is Etat.CONVOQUEE
    for s in (validee, convoquee):
        assert s.etat_le(DEBUT) is Etat.EN_COURS
        assert s.etat_le(FIN) is Etat.EN_COURS
        assert s.etat_le(LENDEMAIN) is Etat.A_CLOTURER


def test_des_convocations_annulees_ne_convoquent_plus() -> None:
    s = replace(SESSION, etat=Etat.VALIDEE, convocations=Convocations(2, date(2026, 5, 4), en_vigueur=False))
    assert s.etat_le(VEILLE) is Etat.VALIDEE
    assert s.personnes_convoquees == 0


@pytest.mark.parametrize("etat", [Etat.CLOTUREE, Etat.DEBLOQUEE, Etat.ANNULEE])
def test_le_temps_ne_change_rien_aux_autres(etat: Etat) -> None:
    s = replace(SESSION, etat=etat)
    assert {s.etat_le(j) for j in (VEILLE, DEBUT, LENDEMAIN)} == {etat}


def test_tous_ceux_de_la_session_sont_convoques() -> None:
    assert session(Etat.CONVOQUEE).personnes_convoquees == 4
    assert session(Etat.VALIDEE).personnes_convoquees == 0


def test_le_type_complete_le_cadre() -> None:
    nu = replace(CADRE, ccp_codes=frozenset(), entretien_final=False)
    assert nu.complete(TITRE) == CADRE
    assert replace(CADRE_CCS, entretien_final=True).complete(None) == CADRE_CCS
    avec_entretien = replace(CADRE_CCP, entretien_final=True)
    assert avec_entretien.complete(TITRE) == avec_entretien
    assert CADRE_CCP.complete(TITRE) == CADRE_CCP
    choisis = replace(CADRE, ccp_codes=frozenset({"BC01"}))
    assert choisis.complete(TITRE) == choisis  # SES-03 says which are missing


@pytest.mark.parametrize(
    ("autre", "meme"),
    [
        (replace(CADRE_CCS, titre_code="TP-2"), True),
        (replace(CADRE_CCS, ccs_code="CS-2"), False),
        (replace(CADRE_CCP, ccs_code="CS-1"), True),
        (replace(CADRE_CCP, titre_code="TP-2", ccs_code="CS-1"), False),
    ],
)
def test_un_ccs_est_le_meme_de_quelque_titre_qu_on_le_dise(autre: Cadre, meme: bool) -> None:
    assert CADRE_CCS.meme_certification(autre) is meme
    assert autre.meme_certification(CADRE_CCS) is meme


def test_les_ccp_sont_dits_dans_l_ordre_du_titre_puis_les_inconnus() -> None:
    titre = replace(TITRE, ccps=TITRE.ccps[::-1])
    codes = frozenset({"BC01", "BC02", *(f"X{n}" for n in range(8))})
    attendus = ["Poser les ouvrages", "Préparer le chantier", *(f"X{n}" for n in range(8))]
    assert faits(titre=titre).intitules_ccp(codes) == attendus


def test_ce_qui_compte_au_plafond() -> None:
    assert CADRE.compte_au_plafond
    assert replace(CADRE_CCP, entretien_final=True).compte_au_plafond
    assert not CADRE_CCP.compte_au_plafond
    assert not CADRE_CCS.compte_au_plafond


def test_seul_ce_qui_differe_est_change() -> None:
    assert champs_changes(CADRE, replace(CADRE, date_fin=FIN)) == frozenset()
    ailleurs = replace(CADRE, site=replace(SITE, id="site-2"), date_fin=LENDEMAIN)
    assert champs_changes(CADRE, ailleurs) == {"site", "date_fin"}


def demande(**valeurs: object) -> DemandeVae:
    base = DemandeVae("vae-1", "cand-3", "TP-1", frozenset(), date(2025, 6, 16), date(2026, 6, 15))
    return replace(base, **valeurs)  # type: ignore[arg-type]


def test_ce_qu_ouvre_une_demande() -> None:
    entiere, un_ccp = demande(), demande(ccp_codes=frozenset({"BC01"}))
    deux_ccp = demande(ccp_codes=frozenset({"BC01", "BC02"}))
    assert ouvre(entiere, CADRE)
    assert ouvre(entiere, CADRE_CCP)
    assert ouvre(un_ccp, CADRE_CCP)
    assert not ouvre(un_ccp, CADRE)
    assert ouvre(deux_ccp, CADRE)
    assert not ouvre(un_ccp, replace(CADRE_CCP, ccp_codes=frozenset({"BC02"})))
    assert not ouvre(entiere, replace(CADRE, titre_code="TP-2"))
    assert not ouvre(entiere, replace(CADRE_CCS, type=TypeSession.CCS))


def test_des_demandes_d_un_candidat_celle_qui_ouvre_est_retenue() -> None:
    perimee = DemandeVae("vae-1", "cand-3", "TP-1", frozenset(), date(2024, 6, 16), date(2025, 6, 15))
    bonne = replace(perimee, id="vae-2", recevable_jusqu_au=DEBUT)
    assert qui_ouvre([perimee, bonne], CADRE) == bonne
    assert qui_ouvre([perimee], CADRE) is None
