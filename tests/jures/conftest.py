"""A database of jurés, emptied for each test."""

from collections.abc import Iterator

import pytest

from services.jures.commands.jures import inactiver_jure
from tests.jures.banc import UD_69, UD_75, Banc
from tests.outils.bases import base_de, garder, vider

TABLES = (
    "jures, emplois, habilitations, titres, agrements, sessions, inscriptions, outbox, inbox, cles_idempotence, "
    "intentions"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a migrated database."""
    with base_de("jures") as url:
        yield url


@pytest.fixture(scope="session")
def installe(base: str) -> list[str]:
    """What every test begins with, told by an event once."""
    Banc().titre()
    return garder("jures", TABLES)


@pytest.fixture
def banc(installe: list[str]) -> Banc:
    """The service, empty but for a titre."""
    vider("jures", TABLES, installe)
    return Banc()


@pytest.fixture
def trois(banc: Banc) -> Banc:
    """Three jurés: Éa, inactive; Zoé, habilitée; Zoé of Lyon."""
    ea = banc.jure(nom="Élan", prenom="Éa", courriel="ea@exemple.fr")
    banc.confirmer(UD_75, inactiver_jure, ea["id"], {})
    banc.habilitation(banc.jure())
    lyon = {"voie": "1 rue", "code_postal": "69003", "commune": "Lyon"}
    banc.jure(UD_69, nom="O'Neil-Dupré", nom_usage="Abc", adresse=lyon)
    return banc
