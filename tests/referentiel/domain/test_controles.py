"""CTL-01 : les jours qu'un contrôle et ses suites peuvent porter, jusqu'au dernier admis ; lequel attend une suite."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.referentiel.domain.controles import (
    Conclusion,
    Controle,
    EtatControle,
    Suite,
    TypeControle,
    incoherences_controle,
    incoherences_suite,
    suite_attendue,
)

FAIT = date(2026, 3, 2)
UN_JOUR = timedelta(days=1)
CONTROLE = Controle(
    "c", "e", None, TypeControle.SUR_PLACE, FAIT, "ud", "Vu.", Conclusion.AVEC_RESERVES, auteur_id="c-ud"
)


def suite(jour: date) -> Suite:
    return Suite("s", jour, "Vu.", None, "ud")


@pytest.mark.parametrize(
    ("jour_du_controle", "suites", "dit"),
    [
        (FAIT, (), None),
        (FAIT + UN_JOUR, (), "Cette date est à venir : un contrôle s'enregistre une fois fait."),
        (FAIT, (FAIT,), None),
        (FAIT, (FAIT, FAIT - UN_JOUR), "Une suite a déjà été donnée avant cette date."),
    ],
)
def test_le_jour_d_un_controle(jour_du_controle: date, suites: tuple[date, ...], dit: str | None) -> None:
    erreurs = incoherences_controle(jour_du_controle, map(suite, suites), FAIT)
    assert erreurs == ({"date": [dit]} if dit else {})


@pytest.mark.parametrize(
    ("jour_de_la_suite", "echeance", "champ", "dit"),
    [
        (FAIT, FAIT + UN_JOUR, None, None),
        (FAIT + UN_JOUR, None, None, None),
        (FAIT - UN_JOUR, None, "date", "Une suite ne précède pas son contrôle."),
        (FAIT + 2 * UN_JOUR, None, "date", "Cette date est à venir : une suite s'enregistre une fois donnée."),
        (FAIT, FAIT, "echeance", "L'échéance doit être postérieure à la date de la suite."),
    ],
)
def test_les_jours_d_une_suite(
    jour_de_la_suite: date, echeance: date | None, champ: str | None, dit: str | None
) -> None:
    erreurs = incoherences_suite(CONTROLE, jour_de_la_suite, echeance, FAIT + UN_JOUR)
    assert erreurs == ({champ: [dit]} if champ else {})


@pytest.mark.parametrize(
    ("conclusion", "suites", "attendue"),
    [
        (Conclusion.CONFORME, (), False),
        (Conclusion.AVEC_RESERVES, (), True),
        (Conclusion.NON_CONFORME, (), True),
        (Conclusion.NON_CONFORME, (suite(FAIT),), False),
    ],
)
def test_un_controle_qui_n_est_pas_conforme_attend_une_suite(
    conclusion: Conclusion, suites: tuple[Suite, ...], attendue: bool
) -> None:
    controle = replace(CONTROLE, conclusion=conclusion, suites=suites)
    assert (suite_attendue.verifier(controle) is not None) is attendue
    assert controle.etat_le(FAIT) is (EtatControle.A_SUIVRE if attendue else EtatControle.CLOS)


def test_une_suite_n_est_en_retard_que_passe_le_jour_de_son_echeance() -> None:
    """The last suite says it; one that sets no day closes the contrôle."""
    attendue = replace(suite(FAIT), echeance=FAIT + UN_JOUR)
    controle = replace(CONTROLE, suites=(suite(FAIT), attendue))
    jours = (FAIT, FAIT + UN_JOUR, FAIT + 2 * UN_JOUR)
    etats = [EtatControle.A_SUIVRE, EtatControle.A_SUIVRE, EtatControle.EN_RETARD]
    assert [controle.etat_le(jour) for jour in jours] == etats
    assert replace(CONTROLE, suites=(attendue, suite(FAIT))).etat_le(jours[-1]) is EtatControle.CLOS
