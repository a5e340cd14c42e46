"""A database of candidats, emptied for each test."""

from collections.abc import Iterator

import pytest

from tests.candidats.banc import Banc
from tests.outils.bases import base_de, vider

_TABLES = (
    "candidats, rattachements, tentatives, demandes_vae, imports, titres, sessions, inscriptions, resultats_sessions, "
    "resultats, outbox, inbox, cles_idempotence, intentions"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database."""
    with base_de("candidats") as url:
        yield url


@pytest.fixture
def banc(base: str) -> Banc:
    """The service, empty but for a titre."""
    vider("candidats", _TABLES)
    banc = Banc()
    banc.titre()
    return banc
