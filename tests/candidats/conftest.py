"""A database of candidats, emptied for each test."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from commun.db import moteur
from commun.migrations import migrer
from tests.candidats.banc import Banc
from tests.conftest import demander
from tests.outils.traces_exigees import exiger_les_traces

_TABLES = (
    "candidats, rattachements, tentatives, demandes_vae, imports, titres, sessions, inscriptions, resultats_sessions, "
    "resultats, outbox, inbox, cles_idempotence, intentions"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database."""
    nom, url = demander("base_vierge")
    migrer("services.candidats", url)
    exiger_les_traces("candidats", url)
    os.environ["DATABASE_URL_CANDIDATS"] = url
    moteur.cache_clear()
    yield url
    moteur("candidats").dispose()
    os.environ.pop("DATABASE_URL_CANDIDATS")
    moteur.cache_clear()
    demander("supprimer_base", nom)


@pytest.fixture
def banc(base: str) -> Banc:
    """The service, empty but for a titre."""
    with moteur("candidats").begin() as db:
        db.execute(sa.text(f"TRUNCATE {_TABLES} CASCADE"))
    banc = Banc()
    banc.titre()
    return banc
