"""Where a titre stands on a day, and what an agrément covers."""

from dataclasses import replace
from datetime import date

import pytest

from commun.domain.referentiel import Agrement, Certification, Situation, Titre, dates_incoherentes

FIN = date(2026, 6, 30)
TITRE = Titre("T", "Titre", ccps=(Certification("C1", "Un"), Certification("C2", "Deux")), date_fin_de_vie=FIN)


@pytest.mark.parametrize(
    ("jour", "situation"),
    [
        (date(2026, 6, 30), Situation.EN_COURS),
        (date(2026, 7, 1), Situation.EN_PROLONGATION),
        (date(2027, 6, 30), Situation.EN_PROLONGATION),
        (date(2027, 7, 1), Situation.HORS_DELAI),
    ],
)
def test_situation_aux_bornes(jour: date, situation: Situation) -> None:
    assert TITRE.situation(jour) is situation
    assert TITRE.hors_delai_depuis == date(2027, 7, 1)


VEILLE = date(2026, 6, 29)
AVANT_LE_DEBUT = {"date_fin_de_vie": ["La fin de vie ne peut pas précéder le début de validité."]}
AVANT_LA_FIN = {"date_fin_prolongation": ["La fin de prolongation ne peut pas précéder la fin de vie."]}
SANS_FIN = {"date_fin_prolongation": ["Un titre sans fin de vie n'a pas de prolongation."]}


@pytest.mark.parametrize(
    ("debut", "fin_de_vie", "prolongation", "dit"),
    [
        (None, None, None, {}),
        (FIN, None, None, {}),
        (FIN, FIN, FIN, {}),
        (None, FIN, None, {}),
        (FIN, VEILLE, None, AVANT_LE_DEBUT),
        (None, FIN, VEILLE, AVANT_LA_FIN),
        (FIN, None, FIN, SANS_FIN),
    ],
)
def test_les_dates_d_un_titre_se_suivent(
    debut: date | None, fin_de_vie: date | None, prolongation: date | None, dit: dict[str, list[str]]
) -> None:
    assert dates_incoherentes(debut, fin_de_vie, prolongation) == dit


def test_le_ministere_peut_fixer_une_autre_fin() -> None:
    titre = Titre("T", "Titre", date_fin_de_vie=FIN, date_fin_prolongation=date(2026, 9, 30))
    assert titre.situation(date(2026, 9, 30)) is Situation.EN_PROLONGATION
    assert titre.situation(date(2026, 10, 1)) is Situation.HORS_DELAI


def test_un_titre_sans_fin_est_toujours_en_cours() -> None:
    titre = Titre("T", "Titre")
    assert titre.situation(date(2199, 12, 31)) is Situation.EN_COURS
    assert (titre.fin_prolongation, titre.hors_delai_depuis) == (None, None)


def test_une_fin_de_vie_un_29_fevrier() -> None:
    titre = Titre("T", "Titre", date_fin_de_vie=date(2028, 2, 29))
    assert titre.fin_prolongation == date(2029, 2, 28)
    assert titre.situation(date(2029, 3, 1)) is Situation.HORS_DELAI


def test_codes_ccp() -> None:
    assert TITRE.codes_ccp == {"C1", "C2"}


AGREMENT = Agrement("a", "e", "s", "T", None, date(2025, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("debut", "fin", "couvert"),
    [
        (date(2025, 1, 1), date(2025, 1, 2), True),
        (date(2024, 12, 31), date(2025, 1, 2), False),
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2027, 1, 1), date(2027, 6, 30), True),  # in force at the end of life: covers the prolongation
        (date(2027, 6, 30), date(2027, 7, 1), False),
    ],
)
def test_un_agrement_en_vigueur_a_la_fin_de_vie_couvre_la_prolongation(debut: date, fin: date, couvert: bool) -> None:
    assert AGREMENT.couvre(debut, fin, TITRE) is couvert


@pytest.mark.parametrize(
    "titre",
    [None, Titre("T", "Titre"), Titre("T", "Titre", date_fin_de_vie=date(2027, 1, 1))],
    ids=["sans titre", "sans fin", "échu avant la fin de vie"],
)
def test_sinon_il_s_arrete_a_sa_date(titre: Titre | None) -> None:
    assert AGREMENT.couvre(date(2026, 12, 31), date(2026, 12, 31), titre)
    assert not AGREMENT.couvre(date(2026, 12, 31), date(2027, 1, 1), titre)


def test_commence_le_dernier_jour_du_titre_il_couvre_encore_la_prolongation() -> None:
    for debut, couvert in ((FIN, True), (date(2026, 7, 1), False)):
        agrement = replace(AGREMENT, date_debut=debut)
        assert agrement.couvre(date(2027, 1, 1), date(2027, 6, 30), TITRE) is couvert


@pytest.mark.parametrize("statut", ["suspendu", "retire", "echu"])
def test_un_agrement_qui_n_est_pas_accorde_ne_couvre_rien(statut: str) -> None:
    autre = Agrement("a", "e", "s", "T", None, date(2025, 1, 1), date(2026, 12, 31), statut)
    assert not autre.couvre(date(2025, 6, 1), date(2025, 6, 1), None)
