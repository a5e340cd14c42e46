"""What an address says of where it is, twice."""

import pytest

from gateway.web.lieux import desaccord

NOMS = {"75": "Paris", "69": "Rhône"}


def adresse(code_postal: str, code_insee: str | None) -> dict[str, str | None]:
    return {"voie": "1 rue", "code_postal": code_postal, "commune": "Lyon", "code_insee": code_insee}


@pytest.mark.parametrize(
    ("code_postal", "code_insee", "dit"),
    [
        ("69003", "75111", True),
        ("69003", "69383", False),
        ("69003", None, False),
        ("75116", "75116", False),
        ("20090", "2A004", False),
        ("97133", "97701", False),  # Saint-Barthélemy, whose postcode is Guadeloupe's
        ("69003", "00000", False),  # nowhere: the API refuses it, or goes by the postcode
        ("00100", "75111", False),  # military mail
    ],
)
def test_deux_codes_qui_ne_s_accordent_pas_se_disent(code_postal: str, code_insee: str | None, dit: bool) -> None:
    lue = adresse(code_postal, code_insee)
    assert [d["code"] for d in desaccord(lue, None, NOMS)] == ["lieu"] * dit
    assert desaccord(lue, lue, NOMS) == []


def test_sans_adresse_rien_n_est_a_lire() -> None:
    assert desaccord(None, None, NOMS) == desaccord({}, adresse("69003", "75111"), NOMS) == []
