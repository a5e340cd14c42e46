"""INS-04: three sessions a year, compared with a brute force that looks at every window."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commun.domain.dates import plus_annees
from services.sessions.domain.model import Etat, TypeSession
from services.sessions.domain.parametres import Fenetre, Portee
from services.sessions.domain.plafond import (
    PLAFOND,
    debuts_comptes,
    debuts_utilises,
    depassement,
    prochain_debut,
)
from tests.sessions.domain.fabrique import ailleurs

JOURS = st.dates(date(2023, 2, 1), date(2025, 4, 30))
DEBUTS = st.lists(JOURS, max_size=7)
FENETRES = st.sampled_from(Fenetre)


_PREMIER = date(2021, 1, 1)
D_UN_AN = [(depart, plus_annees(depart, 1)) for depart in (_PREMIER + timedelta(days=n) for n in range(5000))]
"""Every window of a year, by the day on which it opens."""


def fenetres_autour(jour: date, fenetre: Fenetre) -> list[tuple[date, date]]:
    """Returns every window of a year that holds `jour`, day by day."""
    if fenetre is Fenetre.CIVILE:
        return [(date(jour.year, 1, 1), date(jour.year + 1, 1, 1))]
    derniere = (jour - _PREMIER).days
    return [(d, fin) for d, fin in D_UN_AN[derniere - 366 : derniere + 1] if jour < fin]


def le_plus_en_une_fenetre(debuts: Sequence[date], jour: date, fenetre: Fenetre) -> int:
    tries = sorted(debuts)
    return max(bisect_left(tries, fin) - bisect_left(tries, d) for d, fin in fenetres_autour(jour, fenetre))


def admissible(debuts: Sequence[date], jour: date, fenetre: Fenetre) -> bool:
    """Returns whether no window holds more than three starts because of one more on `jour`."""
    return le_plus_en_une_fenetre([*debuts, jour], jour, fenetre) <= PLAFOND


@settings(max_examples=200, deadline=None)
@given(DEBUTS, JOURS, FENETRES)
def test_depassement_comme_la_force_brute(debuts: list[date], jour: date, fenetre: Fenetre) -> None:
    assert (depassement(debuts, jour, fenetre) is None) is admissible(debuts, jour, fenetre)


@settings(max_examples=60, deadline=None)
@given(DEBUTS, JOURS, FENETRES)
def test_le_prochain_debut_est_le_premier_admissible(debuts: list[date], jour: date, fenetre: Fenetre) -> None:
    prochain = prochain_debut(debuts, jour, fenetre)
    assert prochain >= jour
    assert admissible(debuts, prochain, fenetre)
    veille = jour
    while veille < prochain:
        assert not admissible(debuts, veille, fenetre)
        veille += timedelta(days=1)


@settings(max_examples=100, deadline=None)
@given(DEBUTS, JOURS, FENETRES)
def test_les_credits_disent_la_meme_chose_que_le_refus(debuts: list[date], jour: date, fenetre: Fenetre) -> None:
    n = len(debuts_utilises(debuts, jour, fenetre))
    assert n == le_plus_en_une_fenetre(debuts, jour, fenetre)
    assert (n < PLAFOND) is (prochain_debut(debuts, jour, fenetre) == jour)
    assert (n < PLAFOND) is (depassement(debuts, jour, fenetre) is None)


def test_un_an_jour_pour_jour_laisse_passer_et_la_veille_non() -> None:
    debuts = [date(2026, 3, 10), date(2026, 5, 4), date(2026, 9, 1)]
    assert depassement(debuts, date(2027, 3, 9), Fenetre.GLISSANTE) == tuple(debuts)
    assert depassement(debuts, date(2027, 3, 10), Fenetre.GLISSANTE) is None
    assert prochain_debut(debuts, date(2026, 10, 1), Fenetre.GLISSANTE) == date(2027, 3, 10)


def test_du_29_fevrier_un_an_finit_le_28() -> None:
    debuts = [date(2028, 2, 29), date(2028, 5, 4), date(2028, 9, 1)]
    assert depassement(debuts, date(2029, 2, 27), Fenetre.GLISSANTE) == tuple(debuts)
    assert depassement(debuts, date(2029, 2, 28), Fenetre.GLISSANTE) is None
    assert prochain_debut(debuts, date(2028, 10, 1), Fenetre.GLISSANTE) == date(2029, 2, 28)


def test_le_29_fevrier_d_arrivee_compte_dans_l_annee() -> None:
    debuts = [date(2027, 3, 1), date(2027, 5, 4), date(2027, 9, 1)]
    assert depassement(debuts, date(2028, 2, 29), Fenetre.GLISSANTE) == tuple(debuts)
    assert depassement(debuts, date(2028, 3, 1), Fenetre.GLISSANTE) is None


def test_les_inscriptions_plus_tardives_comptent_aussi() -> None:
    debuts = [date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1)]
    assert depassement(debuts, date(2025, 12, 2), Fenetre.GLISSANTE) == tuple(debuts)
    assert depassement(debuts, date(2025, 12, 1), Fenetre.GLISSANTE) is None
    assert prochain_debut(debuts, date(2025, 12, 2), Fenetre.GLISSANTE) == date(2027, 6, 1)


def test_entre_deux_annees_pleines_il_reste_parfois_une_place() -> None:
    debuts = [date(2025, 1, 6), date(2025, 2, 3), date(2025, 3, 3), date(2026, 6, 1), date(2026, 7, 1)]
    assert prochain_debut(debuts, date(2025, 4, 1), Fenetre.GLISSANTE) == date(2026, 1, 6)
    assert prochain_debut([*debuts, date(2026, 8, 3)], date(2025, 4, 1), Fenetre.GLISSANTE) == date(2027, 6, 1)


def test_des_identites_fusionnees_au_dela_du_plafond() -> None:
    debuts = [date(2026, m, 1) for m in (1, 2, 3, 4, 5)]
    assert debuts_utilises(debuts, date(2026, 6, 1), Fenetre.GLISSANTE) == tuple(debuts)
    assert prochain_debut(debuts, date(2026, 6, 1), Fenetre.GLISSANTE) == date(2027, 3, 1)


def test_l_annee_civile_se_remet_a_zero_le_premier_janvier() -> None:
    debuts = [date(2026, 1, 1), date(2026, 11, 2), date(2026, 12, 1)]
    assert depassement([*debuts, date(2027, 1, 1)], date(2026, 12, 31), Fenetre.CIVILE) == tuple(debuts)
    assert depassement(debuts, date(2027, 1, 1), Fenetre.CIVILE) is None
    assert prochain_debut(debuts, date(2026, 12, 2), Fenetre.CIVILE) == date(2027, 1, 1)


def test_sans_session_tout_est_possible() -> None:
    assert debuts_utilises([], date(2026, 6, 1), Fenetre.GLISSANTE) == ()
    assert prochain_debut([], date(2026, 6, 1), Fenetre.GLISSANTE) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("valeurs", "compte"),
    [
        ({"type": TypeSession.TITRE}, True),
        ({"type": TypeSession.CCP, "entretien_final": True}, True),
        ({"type": TypeSession.CCP, "entretien_final": False}, False),
        ({"type": TypeSession.CCS, "entretien_final": False}, False),
        ({"etat": Etat.BROUILLON}, True),
        ({"etat": Etat.EN_ATTENTE}, True),
        ({"etat": Etat.CONVOQUEE}, True),
        ({"etat": Etat.CLOTUREE}, True),
        ({"etat": Etat.DEBLOQUEE}, True),
        ({"etat": Etat.ANNULEE}, False),
        ({"etat": Etat.REFUSEE}, False),
        ({"etat": Etat.CADUQUE}, False),
        ({"etat": Etat.CLOTUREE, "absence_excusee": True}, False),
    ],
)
def test_ce_qui_compte(valeurs: dict[str, object], compte: bool) -> None:
    autre = ailleurs(date(2026, 6, 1), **valeurs)
    assert debuts_comptes([autre], Portee.CANDIDAT, "TP-1") == ((date(2026, 6, 1),) if compte else ())


def test_la_portee_du_titre_ne_compte_que_ses_sessions() -> None:
    autres = [ailleurs(date(2026, 6, 1)), ailleurs(date(2026, 3, 2), titre_code="TP-2")]
    assert debuts_comptes(autres, Portee.CANDIDAT, "TP-1") == (date(2026, 3, 2), date(2026, 6, 1))
    assert debuts_comptes(autres, Portee.TITRE, "TP-1") == (date(2026, 6, 1),)


def test_une_annee_finie_avant_le_jour_demande_ne_ramene_pas_en_arriere() -> None:
    """The session of 2024 ends a window in 2025, when there was room: nobody starts before the day that he asks for."""
    debuts = [date(2024, 1, 8), date(2026, 3, 10), date(2026, 5, 4), date(2026, 9, 1)]
    assert prochain_debut(debuts, date(2026, 10, 1), Fenetre.GLISSANTE) == date(2027, 3, 10)
