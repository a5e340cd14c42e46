"""Which département and région a place is in."""

import pytest

from commun.domain.territoires import (
    REGIONS,
    departement_de,
    departement_du_code_insee,
    departement_du_code_postal,
    region_du,
)


@pytest.mark.parametrize(
    ("code", "departement"),
    [("75056", "75"), ("2A004", "2A"), ("97411", "974"), ("01004", "01"), ("98818", "988")],
)
def test_le_departement_d_un_code_insee(code: str, departement: str) -> None:
    assert departement_du_code_insee(code) == departement


@pytest.mark.parametrize(
    ("code", "departement"),
    [
        ("75011", "75"),
        ("20000", "2A"),
        ("20199", "2A"),
        ("20200", "2B"),
        ("20401", "2B"),
        ("20704", "2A"),
        ("97400", "974"),
        ("97133", "977"),
        ("97150", "978"),
        ("97100", "971"),
        ("98800", "988"),
        ("00100", None),
        ("99999", None),
    ],
)
def test_le_departement_d_un_code_postal(code: str, departement: str | None) -> None:
    assert departement_du_code_postal(code) == departement


@pytest.mark.parametrize(
    ("insee", "postal", "departement"),
    [("75111", "69001", "75"), (None, "69001", "69"), ("99100", "13001", "13"), ("", "", None), (None, None, None)],
)
def test_le_code_insee_dit_mieux(insee: str | None, postal: str | None, departement: str | None) -> None:
    assert departement_de(insee, postal) == departement


@pytest.mark.parametrize(("departement", "region"), [("75", "11"), ("2B", "94"), ("974", "04"), (None, None)])
def test_region_du(departement: str | None, region: str | None) -> None:
    assert region_du(departement) == region


def test_cent_un_departements_et_leurs_collectivites() -> None:
    assert len([d for d in REGIONS if d[:2] != "98" and d not in ("975", "977", "978")]) == 101
    assert region_du("20") is None
