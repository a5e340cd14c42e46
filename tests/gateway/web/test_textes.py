"""How pages write what the API says."""

from typing import Any

import pytest

from gateway.web import textes

ADRESSE = {"voie": "1 rue A", "complement": None, "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}


@pytest.mark.parametrize(
    ("lue", "ecrite"),
    [
        (ADRESSE, "1 rue A, 75011 Paris"),
        (
            {"pays_code": "FR", "code_insee": "75113", "commune": "Paris 13e Arrondissement"},
            "FR, 75113, Paris 13e Arrondissement",
        ),
        ({"pays_code": "MA", "code_insee": None, "commune": ""}, "MA"),
        ({"BC01": "deja_acquis"}, "Déjà acquis"),
        *((vide, "non renseigné") for vide in (None, "", [], {}, {"commune": None})),
    ],
)
def test_une_valeur_de_trace_se_lit(lue: Any, ecrite: str) -> None:
    assert textes.valeur(lue) == ecrite


@pytest.mark.parametrize(
    ("nom", "ecrit"),
    [("etat", "État"), ("prenoms", "Prénoms"), ("courriel", "Courriel"), ("code_insee", "Code insee")],
)
def test_un_champ_de_trace_a_ses_mots(nom: str, ecrit: str) -> None:
    assert textes.champ(nom) == ecrit


def test_un_desabonne_a_son_accent() -> None:
    assert textes.libelle("desabonne") == "Désabonné"
