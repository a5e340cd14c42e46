"""What a client sends back as it read it is left out of a change; what it invents, or read otherwise, is not."""

import time
from typing import Any

import pytest
from marshmallow import fields

from commun.schemas.forms import Formulaire
from gateway.relecture import _deborde, _sans


class Lieu(Formulaire):
    """An address."""

    id = fields.String()
    voie = fields.String()


class Chose(Formulaire):
    """What may be written of a thing."""

    nom = fields.String()
    lieu = fields.Nested(Lieu)
    sites = fields.List(fields.Nested(Lieu))


LU: dict[str, Any] = {
    "id": "c-1",
    "etat": "actif",
    "nom": "Ancien",
    "lieu": {"voie": "1 rue", "departement": "75"},
    "sites": [{"id": "s-1", "voie": "2 rue", "region": "11"}, {"id": "s-2", "voie": "3 rue", "region": "84"}],
}


@pytest.mark.parametrize(
    ("envoye", "garde"),
    [
        (LU, {k: v for k, v in LU.items() if k == "nom"} | {
            "lieu": {"voie": "1 rue"}, "sites": [{"id": "s-1", "voie": "2 rue"}, {"id": "s-2", "voie": "3 rue"}]}),
        ({"nom": "Neuf", "etat": "actif"}, {"nom": "Neuf"}),
        ({"etat": "inactif"}, {"etat": "inactif"}),
        ({"etatt": "actif"}, {"etatt": "actif"}),
        ({"lieu": {"departement": "69"}}, {"lieu": {"departement": "69"}}),
        ({"sites": LU["sites"][::-1]}, {"sites": [{"id": "s-2", "voie": "3 rue"}, {"id": "s-1", "voie": "2 rue"}]}),
        ({"sites": [{"id": "s-2", "region": "11"}]}, {"sites": [{"id": "s-2", "region": "11"}]}),
        ({"sites": [{"region": "11"}, 3]}, {"sites": [{"region": "11"}, 3]}),
        ({"sites": "x", "lieu": None}, {"sites": "x", "lieu": None}),
    ],
)  # fmt: skip
def test_ce_qui_reste_d_un_corps(envoye: dict[str, Any], garde: dict[str, Any]) -> None:
    assert _sans(Chose(), envoye, LU) == garde
    assert _sans(Chose(), garde, LU) == garde


@pytest.mark.parametrize(
    ("corps", "deborde"),
    [({"nom": "x"}, False), ({"etat": "x"}, True), ({"lieu": {"voie": "x"}}, False), ({"sites": [{"etat": 1}]}, True)],
)
def test_seul_un_corps_qui_deborde_fait_relire(corps: dict[str, Any], deborde: bool) -> None:
    assert _deborde(Chose(), corps) is deborde


def test_une_longue_liste_se_relit_d_un_trait() -> None:
    """Seen to hold the gateway for five seconds, for thirty kilobytes, and for hours for a megabyte."""
    voies = [{"id": f"s-{n}", "voie": "1 rue", "region": "11"} for n in range(10_000)]
    debut = time.process_time()
    assert _sans(Chose(), {"sites": voies}, {"sites": voies}) == {
        "sites": [{"id": voie["id"], "voie": "1 rue"} for voie in voies]
    }
    assert time.process_time() - debut < 2
