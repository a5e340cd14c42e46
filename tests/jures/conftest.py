"""A database of jurés, emptied for each test."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from commun.db import moteur
from commun.migrations import migrer
from services.jures.commands.jures import inactiver_jure
from tests.conftest import demander
from tests.jures.banc import UD_69, UD_75, Banc
from tests.outils.traces_exigees import exiger_les_traces

_TABLES = (
    "jures, emplois, habilitations, titres, agrements, sessions, inscriptions, outbox, inbox, cles_idempotence, "
    "intentions"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database."""
    nom, url = demander("base_vierge")
    migrer("services.jures", url)
    exiger_les_traces("jures", url)
    os.environ["DATABASE_URL_JURES"] = url
    moteur.cache_clear()
    yield url
    moteur("jures").dispose()
    os.environ.pop("DATABASE_URL_JURES")
    moteur.cache_clear()
    demander("supprimer_base", nom)


@pytest.fixture
def banc(base: str) -> Banc:
    """The service, empty but for a titre."""
    with moteur("jures").begin() as db:
        db.execute(sa.text(f"TRUNCATE {_TABLES}"))
    banc = Banc()
    banc.titre()
    return banc


@pytest.fixture
def trois(banc: Banc) -> Banc:
    """Three jurés: Éa, inactive; Zoé, habilitée; Zoé of Lyon."""
    ea = banc.jure(nom="Élan", prenom="Éa", courriel="ea@exemple.fr")
    banc.confirmer(UD_75, inactiver_jure, ea["id"], {})
    banc.habilitation(banc.jure())
    lyon = {"voie": "1 rue", "code_postal": "69003", "commune": "Lyon"}
    banc.jure(UD_69, nom="O'Neil-Dupré", nom_usage="Abc", adresse=lyon)
    return banc
