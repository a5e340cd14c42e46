"""A service's own database, for tests of its commands without a bus."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa

from commun.storage import db as bases_de_ceres
from commun.storage.db import moteur
from commun.storage.migrations import migrer, paquet_de
from tests.conftest import ESSAI, demander
from tests.outils.evenements_exiges import exiger_les_evenements
from tests.outils.traces_exigees import exiger_les_traces

_AVEC_CE_QUI_EN_DEPEND = sa.text("""
    WITH RECURSIVE a_vider (t) AS (
        SELECT unnest(CAST(:tables AS regclass[]))
        UNION SELECT conrelid FROM pg_constraint JOIN a_vider ON confrelid = t WHERE contype = 'f'
    )
    SELECT CAST(CAST(t AS regclass) AS text), pg_relation_size(t) > 1000000 FROM a_vider
""")
_SANS_HATE = " -c lock_timeout=60000 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000"
"""Nobody is told to come back because the machine is busy; who would wait for ever still is, by what sees a circle."""


def vider(service: str, tables: str, modele: Sequence[str] = ()) -> None:
    """Empties these tables of a service's base, and those that refer to them; puts back the copies of `modele`.

    Row by row where there are few: to truncate makes each table and each index anew, 70 ms for twenty of them.
    """
    with moteur(service).begin() as db:
        db.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no trigger looks at what goes
        a_vider = db.execute(_AVEC_CE_QUI_EN_DEPEND, {"tables": tables.split(", ")}).all()
        if grandes := [table for table, grande in a_vider if grande]:
            db.exec_driver_sql(f"TRUNCATE {', '.join(grandes)} CASCADE")
        retraits = (f"{table}_videe AS (DELETE FROM {table})" for table, _ in a_vider)
        db.exec_driver_sql(f"WITH {', '.join(retraits)} SELECT")
        for copie in modele:
            db.exec_driver_sql(f"INSERT INTO {copie.partition('.')[2]} SELECT * FROM {copie}")


def garder(service: str, tables: str, sous: str = "modele") -> list[str]:
    """Copies what these tables hold, under this schema; returns the copies that hold something: a `modele`, which
    `vider` puts back.
    """
    with moteur(service).begin() as db:
        db.exec_driver_sql(f"CREATE SCHEMA {sous}")
        pleines = [t for t in tables.split(", ") if db.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {t})"))]
        for table in pleines:
            db.exec_driver_sql(f"CREATE TABLE {sous}.{table} AS SELECT * FROM {table}")
        return [f"{sous}.{table}" for table in pleines]


@contextmanager
def base_neuve() -> Iterator[str]:
    """Gives the address, its owner's, of a new and empty database, gone at the end."""
    nom, url = demander("base_vierge")
    yield url
    demander("supprimer_base", nom)


@contextmanager
def base_de_l_exemple() -> Iterator[str]:
    """Gives that of a new database with the tables of the example, and so of the kernel: migrated once, then copied."""
    nom, url = demander("base_copiee", _modele_de_l_exemple(os.environ[ESSAI]))
    yield url
    demander("supprimer_base", nom)


@cache
def _modele_de_l_exemple(systeme: str) -> str:
    """Returns the name of a database that goes with this system."""
    nom, url = demander("base_vierge")
    migrer("tests.commun.service_exemple", url)
    return str(nom)


@contextmanager
def base_du_noyau() -> Iterator[sa.Engine]:
    """Gives a new database with the kernel's tables, as its owner."""
    with base_de_l_exemple() as url:
        proprietaire = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
        yield proprietaire
        proprietaire.dispose()


@contextmanager
def base_migree(service: str) -> Iterator[str]:
    """Gives the address of a new database with the service's tables; it keeps no change without its trace, and no event
    but as it is declared."""
    with base_neuve() as url, exiger_les_evenements(service):
        migrer(paquet_de(service), url)
        exiger_les_traces(service, url)
        yield url


@contextmanager
def au_service(service: str, url: str) -> Iterator[None]:
    """Makes this database that of the service, or of the gateway, meanwhile."""
    with pytest.MonkeyPatch.context() as environnement:  # tests/bench has a base of its own, under the same name
        environnement.setenv(f"DATABASE_URL_{service.upper()}", url)
        moteur.cache_clear()
        with pytest.MonkeyPatch.context() as ouverture:  # of this base alone
            ouverture.setattr(bases_de_ceres, "_OPTIONS", bases_de_ceres._OPTIONS + _SANS_HATE)
            moteur(service)
        yield
        moteur(service).dispose()
    moteur.cache_clear()


@contextmanager
def base_de(service: str) -> Iterator[str]:
    """Gives the address of such a database, that of the service meanwhile."""
    with base_migree(service) as url, au_service(service, url):
        yield url


def banc_de(service: str, tables: str, ouvrir: Callable[[], Any], installer: Callable[[Any], object]) -> Any:
    """Returns three fixtures of a service: `base`, the address of its database; `installe`, what every test begins
    with, told by events once; `banc`, the service on that and nothing else in these tables.
    """

    @pytest.fixture(scope="session")
    def base() -> Iterator[str]:
        with base_de(service) as url:
            yield url

    @pytest.fixture(scope="session")
    def installe(base: str) -> list[str]:
        installer(ouvrir())
        return garder(service, tables)

    @pytest.fixture
    def banc(installe: list[str]) -> Any:
        vider(service, tables, installe)
        return ouvrir()

    return base, installe, banc
