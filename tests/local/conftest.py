"""A PostgreSQL of these tests alone, for what only its master may do."""

import pytest

from local.cles import Cles
from local.postgres import PostgresEmbarque


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    return tmp_path_factory.mktemp("ceres")


@pytest.fixture(scope="module")
def cles(dossier):
    return Cles(dossier / "cles")


@pytest.fixture(scope="module")
def serveur(dossier, cles):
    serveur = PostgresEmbarque(dossier / "postgres", cles, dossier, ephemere=True)
    serveur.lancer()
    serveur.attendre()
    yield serveur
    serveur.arreter()
    serveur.effacer()
