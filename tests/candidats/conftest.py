"""A database of candidats, emptied for each test."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from commun.db import moteur
from tests.candidats.banc import Banc
from tests.outils.bases import base_de

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
    with moteur("candidats").begin() as db:
        db.execute(sa.text(f"TRUNCATE {_TABLES} CASCADE"))
    banc = Banc()
    banc.titre()
    return banc
