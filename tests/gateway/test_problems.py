"""Refusals as problem documents: their shape, their headers."""

from typing import Any

import orjson
import pytest
from flask import Flask, g

from commun.domain.errors import (
    ConfirmationRequise,
    Droit,
    Indisponible,
    Invalide,
    NonAuthentifie,
    Refus,
    ReglesEnfreintes,
)
from commun.domain.rules import Effet, Manquement
from gateway.problems import probleme

MANQUEMENT = Manquement("HAB-03", "Non.", contexte={"date": "2026-01-01"})
QUESTION = Manquement("HAB-04", "Vraiment ?", Effet.CONFIRME)


def repondre(refus: Refus) -> tuple[Any, Any]:
    """Returns the document and the headers of a refusal."""
    with Flask("essai").test_request_context():
        g.requete = "r-1"
        reponse = probleme(refus.en_clair())
    assert reponse.content_type == "application/problem+json"
    document = orjson.loads(reponse.data)
    assert document["status"] == reponse.status_code == refus.statut
    assert document["type"] == f"urn:ceres:probleme:{document['code']}"
    assert document["requete"] == "r-1"
    return document, reponse.headers


@pytest.mark.parametrize(
    ("refus", "titre", "plus"),
    [
        (Droit(), "Action non permise", {"manquements": [], "erreurs": {}, "contexte": {}}),
        (Invalide(erreurs={"nom": ["Trop long."]}), "Informations incorrectes", {"erreurs": {"nom": ["Trop long."]}}),
        (
            Invalide(erreurs={"resultats": {0: {"ccps": {"C1": {"value": ["Non."]}, "?": {"key": ["Mal formé."]}}}}}),
            "Informations incorrectes",
            {"erreurs": {"resultats": {"0": {"ccps": {"C1": ["Non."], "?": ["Mal formé."]}}}}},
        ),
        (
            ReglesEnfreintes.de((MANQUEMENT,)),
            "Règle de gestion",
            {
                "code": "HAB-03",
                "detail": "Non.",
                "manquements": [MANQUEMENT.en_clair()],
                "contexte": {"date": "2026-01-01"},
            },
        ),
        (
            ConfirmationRequise.de((QUESTION,)),
            "Confirmation requise",
            {"code": "CONFIRMATION_REQUISE", "avertissements": [QUESTION.en_clair()], "manquements": []},
        ),
    ],
)
def test_chaque_refus_a_sa_forme(refus: Refus, titre: str, plus: dict[str, Any]) -> None:
    document, _ = repondre(refus)
    assert document["title"] == titre
    assert {nom: document[nom] for nom in plus} == plus
    assert ("avertissements" in document) == isinstance(refus, ConfirmationRequise)


def test_les_en_tetes_disent_quoi_faire() -> None:
    assert repondre(Indisponible(reessayer_dans=7))[1]["Retry-After"] == "7"
    assert repondre(NonAuthentifie())[1]["WWW-Authenticate"] == "Bearer"
    assert "Retry-After" not in repondre(Droit())[1]
