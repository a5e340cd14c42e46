"""Refusals: what crosses RPC and HTTP, and nothing else."""

from typing import Any

import orjson
import pytest

from commun.domain import errors
from commun.domain.errors import (
    ConfirmationRequise,
    ErreurInterne,
    Indisponible,
    Invalide,
    RefusDistant,
    ReglesEnfreintes,
    TropDeRequetes,
    depuis_clair,
)
from commun.domain.rules import Effet, Manquement

PREMIER = Manquement("AAA-01", "Première raison.", contexte={"n": 1, "date": "2026-01-01"})
SECOND = Manquement("AAA-02", "Seconde raison.", contexte={"n": 2, "autre": "x"})
QUESTION = Manquement("AAA-03", "Vraiment ?", Effet.CONFIRME, {"sessions": ["S-1"]})


def toutes() -> list[errors.Refus]:
    """Returns an instance of every refusal that a service may answer: the gateway's own are there or not, by what was
    imported before, and the workers that share the tests would each have others."""
    autres = (errors.Refus, ReglesEnfreintes, ConfirmationRequise, RefusDistant)
    siens = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.Refus)]
    simples = [classe() for classe in siens if classe not in autres]
    return [*simples, ReglesEnfreintes.de((PREMIER,)), ConfirmationRequise.de((QUESTION,))]


@pytest.mark.parametrize("refus", toutes(), ids=lambda r: type(r).__name__)
def test_chaque_refus_traverse_le_bus_sans_se_perdre(refus: errors.Refus) -> None:
    clair = orjson.loads(orjson.dumps(refus.en_clair()))
    assert {"statut", "code", "detail"} <= clair.keys()
    assert clair["detail"].endswith((".", "?", "!"))
    assert depuis_clair(clair).en_clair() == clair


def test_le_premier_manquement_donne_le_code_et_le_premier_dit_prime_dans_le_contexte() -> None:
    clair = ReglesEnfreintes.de((PREMIER, SECOND)).en_clair()
    assert (clair["statut"], clair["code"], clair["detail"]) == (409, "AAA-01", "Première raison.")
    assert clair["manquements"] == [PREMIER.en_clair(), SECOND.en_clair()]
    assert clair["contexte"] == {"n": 1, "date": "2026-01-01", "autre": "x"}


def test_une_confirmation_montre_toutes_ses_questions() -> None:
    clair = ConfirmationRequise.de((QUESTION, SECOND)).en_clair()
    assert (clair["statut"], clair["code"]) == (409, "CONFIRMATION_REQUISE")
    assert clair["detail"] == "Vraiment ? Seconde raison."
    assert [a["code"] for a in clair["avertissements"]] == ["AAA-03", "AAA-02"]


@pytest.mark.parametrize(
    ("refus", "statut", "plus"),
    [
        (Invalide(erreurs={"nom": ["Trop long."]}), 422, {"erreurs": {"nom": ["Trop long."]}}),
        (Indisponible(), 503, {"reessayer_dans": 3}),
        (TropDeRequetes(reessayer_dans=12), 429, {"reessayer_dans": 12}),
        (ErreurInterne(), 500, {}),
    ],
)
def test_ce_que_chacun_ajoute(refus: errors.Refus, statut: int, plus: dict[str, Any]) -> None:
    clair = refus.en_clair()
    assert clair["statut"] == statut
    assert {nom: clair[nom] for nom in plus} == plus


def test_une_panne_lointaine_reste_une_panne() -> None:
    assert depuis_clair(Indisponible(reessayer_dans=9).en_clair()) == Indisponible(reessayer_dans=9)
