"""The world of the scenarios, shared with tests/parcours; and a database of sessions at hand, emptied for each test."""

from collections.abc import Iterator

import pytest

from tests.outils.bases import base_de, garder, vider
from tests.parcours.conftest import demo, monde
from tests.sessions.banc import Banc, Compteur

__all__ = ["demo", "monde"]

_TABLES = (
    "sessions, inscriptions_jures, inscriptions_candidats, candidats, creneaux, convocations, resultats, clotures, "
    "attestations, demandes_dte, alertes, parametres, titres, etablissements, agrements, outbox, inbox, "
    "cles_idempotence, intentions"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database."""
    with base_de("sessions") as url:
        yield url


@pytest.fixture(scope="session")
def installe(base: str) -> list[str]:
    """What every test of the service begins with, told by events once."""
    Banc().installer()
    return garder("sessions", _TABLES)


@pytest.fixture
def banc(installe: list[str]) -> Banc:
    """The service, with a centre, its site, a titre and an agrément."""
    vider("sessions", _TABLES, installe)
    return Banc()


@pytest.fixture
def compteur(banc: Banc) -> Compteur:
    """Counts queries."""
    return Compteur()
