"""A database of candidats, emptied for each test."""

from collections.abc import Iterator

import pytest

from tests.candidats.banc import Banc
from tests.outils.bases import base_de, garder, vider

_TABLES = (
    "candidats, rattachements, tentatives, demandes_vae, imports, titres, sessions, inscriptions, resultats_sessions, "
    "resultats, outbox, inbox, cles_idempotence, intentions"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database."""
    with base_de("candidats") as url:
        yield url


@pytest.fixture(scope="session")
def installe(base: str) -> list[str]:
    """What every test begins with, told by an event once."""
    Banc().titre()
    return garder("candidats", _TABLES)


@pytest.fixture
def banc(installe: list[str]) -> Banc:
    """The service, empty but for a titre."""
    vider("candidats", _TABLES, installe)
    return Banc()
