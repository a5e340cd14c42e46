"""The context of a call goes through message headers and comes back the same; a forged one harms nobody."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commun.bus.appel import Appel

COMPLET = Appel("r-1", "jeton", date(2026, 1, 15), 4.5, "cle", "empreinte", 7)


@pytest.mark.parametrize("appel", [COMPLET, Appel("r-2"), Appel("r-3", version=0, delai=2)])
def test_aller_et_retour(appel: Appel) -> None:
    assert Appel.depuis(appel.en_tetes()) == appel


def test_les_valeurs_absentes_ne_voyagent_pas() -> None:
    assert Appel("r").en_tetes() == {"ceres-requete": "r", "ceres-delai": 0.0}


def test_ce_qui_suit_garde_qui_et_quand_jamais_la_cle_ni_la_version() -> None:
    suite = COMPLET.suivant(1.0)
    assert suite == Appel("r-1", "jeton", date(2026, 1, 15), 1.0)


def test_sans_en_tetes_une_requete_neuve() -> None:
    assert Appel.depuis({}).requete != Appel.depuis({}).requete


@pytest.mark.parametrize(
    "en_tetes",
    [
        {"ceres-delai": "longtemps"},
        {"ceres-date_simulee": "hier"},
        {"ceres-date_simulee": 20260115},
        {"ceres-jeton": ["liste"]},
        {"ceres-version": "7"},
        {"ceres-requete": None},
        {"ceres-autre": 1, "bruit": 2},
    ],
)
def test_un_en_tete_mal_forme_compte_pour_absent(en_tetes: dict[str, Any]) -> None:
    lu = Appel.depuis({"ceres-requete": "r"} | en_tetes)
    assert (lu.jeton, lu.date_simulee, lu.delai, lu.version) == ("", None, 0.0, None)


@given(st.dictionaries(st.sampled_from(list(COMPLET.en_tetes())), st.none() | st.text() | st.integers() | st.binary()))
def test_aucun_en_tete_ne_fait_tomber(en_tetes: dict[str, Any]) -> None:
    assert Appel.depuis(en_tetes).en_tetes()["ceres-requete"] is not None
