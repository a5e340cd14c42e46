"""A référentiel with its own database, and its commands at hand, without a bus."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from commun.actes.steps import Question
from commun.bus.acteur import Acteur
from commun.domain.errors import Indisponible
from commun.domain.referentiel import TypeProfil
from services.referentiel import importer
from services.referentiel.commands import agrements, etablissements, titres
from tests.outils.bancs import Commandes
from tests.outils.bases import base_de, vider
from tests.referentiel.exemples import ADRESSE, CENTRE, LYON, agrement, titre

JOUR = date(2026, 3, 15)
NATIONAL = Acteur("c-nat", "national", "p-nat", TypeProfil.NATIONAL)
UD_75 = Acteur("c-ud", "ud", "p-ud", TypeProfil.UD, departement="75")
UD_69 = replace(UD_75, departement="69")
DIRECCTE_11 = Acteur("c-dir", "direccte", "p-dir", TypeProfil.DIRECCTE, region="11")
TERRITOIRES = Path(__file__).parents[2] / "demo" / "territoires"


def centre(etablissement_id: str) -> Acteur:
    """Returns the account of an établissement."""
    return Acteur("c-cen", "centre", "p-cen", TypeProfil.CENTRE, etablissement_id=etablissement_id)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database, territories loaded."""
    with base_de("referentiel") as url:
        importer.importer("territoires", TERRITOIRES, dire=lambda _: None)
        yield url


@pytest.fixture
def referentiel(base: str) -> Iterator["Banc"]:
    """The commands of the référentiel, on a database emptied of all but its territories."""
    vider("referentiel", "titres, ccs, etablissements, sessions, outbox, inbox, cles_idempotence")
    yield Banc()


def transporte(resultat: Any) -> Any:
    """Returns a result that the bus can carry; raises as the bus would."""
    orjson.dumps(resultat)
    return resultat


class Banc(Commandes):
    """Runs commands and queries as somebody, on a day.

    `reponses`: what neighbours say, by « service.methode »; a neighbour of whom nothing is said there is down.
    """

    service, jour = "referentiel", JOUR

    def __init__(self) -> None:
        self.reponses: dict[str, Any] = {}

    def faire(self, *arguments: Any, **contexte: Any) -> Any:
        """Runs a command, whose answer the bus can carry."""
        return transporte(super().faire(*arguments, **contexte))

    def lire(self, *arguments: Any, **contexte: Any) -> Any:
        """Runs a query, whose answer the bus can carry."""
        return transporte(super().lire(*arguments, **contexte))

    def repondre(self, question: Question) -> Any:
        repondre = self.reponses.get(f"{question.service}.{question.methode}")
        if repondre is None:
            raise Indisponible()
        return repondre(**question.arguments)


@pytest.fixture
def etablissement(referentiel: Banc) -> dict[str, Any]:
    """An établissement of two sites, Paris and Lyon, and the titre TP-00520 with its CCS."""
    ccs = [{"code": "CCS-1", "intitule": "Un complément"}]
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31", ccs=ccs))
    sites = [{"libelle": "Paris", "adresse": ADRESSE}, {"libelle": "Lyon", "adresse": LYON}]
    cree: dict[str, Any] = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    return cree


@pytest.fixture
def agre(referentiel: Banc, etablissement: dict[str, Any]) -> dict[str, Any]:
    """Its agrément for TP-00520, in Paris."""
    corps = agrement(etablissement["sites"][0]["id"])
    cree: dict[str, Any] = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    return cree
