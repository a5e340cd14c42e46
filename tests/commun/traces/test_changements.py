"""TRA-01 : ce qui a changé se lit en français, avant et après."""

from datetime import date, time
from enum import StrEnum
from typing import Any

import pytest

from commun.traces.changements import avec_changements, dire_changements, en_clair

MOTS = {"telephone": "Le téléphone a été changé", "fin": "La fin a été changée"}


class _Etat(StrEnum):
    EN_RETARD = "en_retard"


@pytest.mark.parametrize(
    ("valeur", "dite"),
    [
        (None, "non renseigné"),
        ("", "non renseigné"),
        ([], "non renseigné"),
        (True, "oui"),
        (False, "non"),
        (0, "0"),
        (_Etat.EN_RETARD, "en retard"),
        (date(2026, 3, 2), "02/03/2026"),
        ("2026-03-02", "02/03/2026"),
        (time(9, 5), "09:05"),
        ("+33199000001", "01 99 00 00 01"),
        ("+262262000001", "0262 00 00 01"),
        ("+4930123456", "+49 30 123456"),
        ("75_011", "75_011"),
        (["b", "a"], "b, a"),
        (frozenset({"b", "a"}), "a, b"),
        ([{"code": "1", "intitule": "Un"}, {"intitule": "Deux"}], "Un (1), Deux"),
        ({"libelle": "Bercy", "adresse": {"voie": "1 rue X", "code_postal": "75012"}}, "Bercy (1 rue X, 75012)"),
        (
            {"voie": "1 rue X", "complement": None, "code_postal": "75012", "commune": "Paris", "code_insee": "75112"},
            "1 rue X, 75012 Paris",
        ),
        ({"pays_code": "FR", "commune": "Lyon", "code_insee": "69123"}, "Lyon 69123 (France)"),
        ({"pays_code": "MA", "commune": "Fès", "code_insee": None}, "Fès (Maroc)"),
        ({"pays_code": "MA", "commune": None, "code_insee": None}, "Maroc"),
    ],
)
def test_une_valeur_comme_un_francais_la_lit(valeur: Any, dite: str) -> None:
    assert en_clair(valeur) == dite


def test_seul_ce_qui_change_est_dit_dans_l_ordre_des_mots() -> None:
    avant = {"fin": date(2026, 1, 1), "telephone": "+33199000001", "autre": 1}
    apres = {"fin": date(2026, 1, 2), "telephone": "+33199000002", "autre": 2}
    assert dire_changements(avant, apres, MOTS) == (
        "Le téléphone a été changé : 01 99 00 00 01 → 01 99 00 00 02. La fin a été changée : 01/01/2026 → 02/01/2026."
    )
    assert dire_changements({}, {"telephone": "+262262012345"}, MOTS) == (
        "Le téléphone a été changé : non renseigné → 0262 01 23 45."
    )
    assert dire_changements(avant, avant, MOTS) == ""
    assert avec_changements("Fait.", {"fin": None}, {"fin": "2026-01-02"}, MOTS) == (
        "Fait. La fin a été changée : non renseigné → 02/01/2026."
    )
    assert avec_changements("Fait.", avant, avant, MOTS) == "Fait."
