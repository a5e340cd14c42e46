"""Dated parameters, and the deadlines that they make."""

from dataclasses import replace
from datetime import date

import pytest

from services.sessions.domain.delais import Echeances, dans_la_fenetre_vae, echeances
from services.sessions.domain.model import TypeSession
from services.sessions.domain.parametres import (
    A_L_INSTALLATION,
    Fenetre,
    Parametres,
    Portee,
    ValeurDatee,
)
from tests.sessions.domain.fabrique import BIEN_AVANT, CADRE, CADRE_CCP, CADRE_CCS, TITRE, parametres


def test_a_l_installation() -> None:
    p = A_L_INSTALLATION
    assert p.delai_de_soumission(TypeSession.TITRE, BIEN_AVANT) == 30
    assert p.delai_de_soumission(TypeSession.CCP, BIEN_AVANT) == 15
    assert p.delai_de_soumission(TypeSession.CCS, BIEN_AVANT) == 15
    assert p.delai_d_inscription(BIEN_AVANT) == 30
    assert p.portee(BIEN_AVANT) is Portee.CANDIDAT
    assert p.fenetre(BIEN_AVANT) is Fenetre.GLISSANTE
    assert p.prolongation_soumise_avant_fin_de_vie(BIEN_AVANT)


def test_sans_aucune_valeur_les_delais_sont_hors_service_et_le_plafond_demeure() -> None:
    p = Parametres({})
    assert p.delai_de_soumission(TypeSession.TITRE, BIEN_AVANT) is None
    assert p.delai_d_inscription(BIEN_AVANT) is None
    assert (p.portee(BIEN_AVANT), p.fenetre(BIEN_AVANT)) == (Portee.CANDIDAT, Fenetre.GLISSANTE)
    assert p.prolongation_soumise_avant_fin_de_vie(BIEN_AVANT)


def test_une_valeur_vaut_du_premier_au_dernier_jour_et_la_derniere_commencee_l_emporte() -> None:
    p = parametres(
        delai_inscription=(
            ValeurDatee(30, date(2020, 1, 1)),
            ValeurDatee(10, date(2026, 3, 1), date(2026, 3, 31)),
            ValeurDatee(None, date(2027, 1, 1)),
        )
    )
    assert p.delai_d_inscription(date(2019, 12, 31)) is None
    assert p.delai_d_inscription(date(2026, 2, 28)) == 30
    assert p.delai_d_inscription(date(2026, 3, 1)) == 10
    assert p.delai_d_inscription(date(2026, 3, 31)) == 10
    assert p.delai_d_inscription(date(2026, 4, 1)) == 30
    assert p.delai_d_inscription(date(2027, 1, 1)) is None


def test_l_ordre_ou_elles_furent_posees_n_y_change_rien() -> None:
    p = parametres(delai_inscription=(ValeurDatee(10, date(2026, 3, 1)), ValeurDatee(30, date(2020, 1, 1))))
    assert p.delai_d_inscription(date(2026, 3, 1)) == 10


def test_de_deux_valeurs_du_meme_jour_la_derniere_posee_l_emporte() -> None:
    p = parametres(delai_inscription=(ValeurDatee(30, date(2026, 1, 1)), ValeurDatee(20, date(2026, 1, 1))))
    assert p.delai_d_inscription(date(2026, 1, 1)) == 20


def test_une_valeur_recue_de_json_est_lue() -> None:
    p = parametres(plafond_portee="titre", plafond_fenetre="civile", prolongation_soumise_avant_fin_de_vie=False)
    assert (p.portee(BIEN_AVANT), p.fenetre(BIEN_AVANT)) == (Portee.TITRE, Fenetre.CIVILE)
    assert not p.prolongation_soumise_avant_fin_de_vie(BIEN_AVANT)
    assert parametres(delai_inscription=False).delai_d_inscription(BIEN_AVANT) is None
    assert parametres(delai_inscription=0).delai_d_inscription(BIEN_AVANT) == 0


def test_les_echeances_d_une_session() -> None:
    assert echeances(CADRE, A_L_INSTALLATION, BIEN_AVANT) == Echeances(
        soumission=date(2026, 5, 16),
        inscription=date(2026, 5, 16),
        inscription_vae_du=date(2026, 5, 16),
        inscription_vae=date(2026, 6, 14),
        convocations=date(2026, 5, 16),
    )
    for cadre in (CADRE_CCP, CADRE_CCS):
        assert echeances(cadre, A_L_INSTALLATION, BIEN_AVANT) == Echeances(
            soumission=date(2026, 5, 31),
            inscription=date(2026, 5, 16),
            inscription_vae_du=date(2026, 5, 16),
            inscription_vae=date(2026, 6, 14),
            convocations=date(2026, 5, 31),
        )


def test_les_delais_hors_service_n_ont_pas_d_echeance() -> None:
    p = parametres(delai_soumission_titre=None, delai_soumission_ccp_ccs=None, delai_inscription=None)
    assert echeances(CADRE, p, BIEN_AVANT) == Echeances(
        None, None, date(2026, 5, 16), date(2026, 6, 14), date(2026, 5, 16)
    )


@pytest.mark.parametrize(
    ("delai", "jour", "attendue"),
    [
        (None, date(2026, 6, 14), None),
        (None, date(2026, 6, 15), date(2026, 6, 14)),
        (None, date(2026, 9, 1), date(2026, 6, 14)),
        (0, date(2026, 6, 14), date(2026, 6, 14)),
        (0, date(2026, 9, 1), date(2026, 6, 14)),
    ],
)
def test_la_veille_du_debut_est_toujours_la_derniere(delai: int | None, jour: date, attendue: date | None) -> None:
    """Seen: « Aucun délai » of a session caduque, and of one that is held, where nobody enters any more."""
    p = parametres(delai_soumission_titre=delai, delai_inscription=delai, delai_convocation_titre=delai)
    lues = echeances(CADRE, p, jour)
    assert {lues.soumission, lues.inscription, lues.convocations} == {attendue}


@pytest.mark.parametrize(
    ("du", "jour", "attendue"),
    [
        (date(2026, 6, 1), date(2026, 5, 31), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 6, 1), date(2026, 5, 16)),
        (date(2026, 5, 1), date(2026, 4, 30), date(2026, 5, 16)),
        (date(2026, 6, 15), date(2026, 5, 31), date(2026, 6, 14)),
        (date(2026, 6, 17), date(2026, 5, 31), None),
    ],
)
def test_un_delai_a_venir_ferme_deja_les_jours_d_apres(du: date, jour: date, attendue: date | None) -> None:
    """SES-05: the value of the act's own day. « Aucun délai en vigueur » was said until the day it was too late."""
    a_partir_de = (ValeurDatee(300, date(2020, 1, 1), BIEN_AVANT), ValeurDatee(30, du))  # the first closes nothing more
    p = parametres(delai_soumission_titre=a_partir_de, delai_inscription=a_partir_de)
    lues = echeances(CADRE, p, jour)
    assert (lues.soumission, lues.inscription) == (attendue, attendue)


def test_une_premiere_soumission_a_le_delai_de_son_jour() -> None:
    """SES-05 still takes it for it: its page called overdue a session refused before a longer délai came into force."""
    p = parametres(delai_soumission_titre=(ValeurDatee(30, date(2020, 1, 1)), ValeurDatee(60, date(2026, 5, 12))))
    jour, premiere = date(2026, 5, 14), date(2026, 5, 10)
    assert echeances(CADRE, p, jour).soumission == date(2026, 4, 16)
    assert echeances(CADRE, p, jour, soumise_le=premiere).soumission == date(2026, 5, 11)


def test_une_echeance_peut_tomber_le_29_fevrier() -> None:
    cadre = replace(CADRE, date_debut=date(2028, 3, 30), date_fin=date(2028, 3, 30))
    assert echeances(cadre, A_L_INSTALLATION, BIEN_AVANT).soumission == date(2028, 2, 29)


def test_la_fenetre_vae_va_du_trentieme_jour_a_la_veille() -> None:
    debut = date(2026, 6, 15)
    assert not dans_la_fenetre_vae(debut, date(2026, 5, 15))
    assert dans_la_fenetre_vae(debut, date(2026, 5, 16))
    assert dans_la_fenetre_vae(debut, date(2026, 6, 14))
    assert not dans_la_fenetre_vae(debut, debut)


def _jusqu_au(valeur: bool, du: date) -> tuple[ValeurDatee, ...]:
    """Returns a value that its contrary replaces from a day on."""
    return ValeurDatee(valeur, date(2020, 1, 1)), ValeurDatee(not valeur, du)


@pytest.mark.parametrize(
    ("fin_de_vie", "delai", "parametre", "attendue"),
    [
        (date(2026, 5, 1), None, True, date(2026, 5, 1)),
        (date(2026, 5, 1), 30, True, date(2026, 5, 1)),
        (date(2026, 6, 1), 30, True, date(2026, 5, 16)),
        (date(2026, 5, 1), None, False, None),
        (date(2026, 5, 1), None, _jusqu_au(False, date(2026, 5, 11)), date(2026, 5, 10)),
        (date(2026, 5, 1), None, _jusqu_au(False, date(2026, 4, 1)), date(2026, 5, 1)),
        (date(2026, 5, 1), None, _jusqu_au(True, date(2026, 4, 1)), None),
        (date(2026, 5, 1), None, _jusqu_au(True, date(2026, 5, 11)), date(2026, 5, 1)),
        (date(2026, 6, 16), None, True, date(2026, 6, 14)),  # it falls during the session
        (date(2026, 6, 17), None, True, None),
        (None, None, True, None),
    ],
)
def test_une_session_en_prolongation_se_soumet_avant_la_fin_de_vie(
    fin_de_vie: date | None, delai: int | None, parametre: bool | tuple[ValeurDatee, ...], attendue: date | None
) -> None:
    """SES-02: the page counted the days of SES-05 alone, or said that no deadline was in force. The day is judged by
    the value of its own, that begins or ends later: « Encore 10 jours » was said where there were 20."""
    p = parametres(delai_soumission_titre=delai, prolongation_soumise_avant_fin_de_vie=parametre)
    titre = replace(TITRE, date_fin_de_vie=fin_de_vie)
    assert echeances(CADRE, p, BIEN_AVANT, titre).soumission == attendue
    assert echeances(CADRE_CCS, p, BIEN_AVANT, titre).soumission == date(2026, 5, 31)


def test_la_fin_de_vie_passee_reste_le_dernier_jour_d_une_premiere_soumission() -> None:
    """SES-02: seen from a day past it, the last day was that of the end of life, not the day before that one."""
    finissant = replace(TITRE, date_fin_de_vie=date(2026, 4, 30))
    p = parametres(delai_soumission_titre=None)
    for jour in (date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 20)):
        assert echeances(CADRE, p, jour, titre=finissant).soumission == date(2026, 4, 30)
