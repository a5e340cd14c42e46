"""A service's own database, for tests of its commands without a bus."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from commun.db import moteur
from commun.migrations import migrer, paquet_de
from tests.conftest import demander
from tests.outils.traces_exigees import exiger_les_traces

_AVEC_CE_QUI_EN_DEPEND = sa.text("""
    WITH RECURSIVE a_vider (t) AS (
        SELECT unnest(CAST(:tables AS regclass[]))
        UNION SELECT conrelid FROM pg_constraint JOIN a_vider ON confrelid = t WHERE contype = 'f'
    )
    SELECT CAST(CAST(t AS regclass) AS text), pg_relation_size(t) > 1000000 FROM a_vider
""")


def vider(service: str, tables: str, modele: Sequence[str] = ()) -> None:
    """Empties these tables of a service's base, and those that refer to them; puts back what `modele` holds of them.

    Row by row where there are few: to truncate makes each table and each index anew, 70 ms for twenty of them.
    """
    with moteur(service).begin() as db:
        db.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no trigger looks at what goes
        a_vider = db.execute(_AVEC_CE_QUI_EN_DEPEND, {"tables": tables.split(", ")}).all()
        if grandes := [table for table, grande in a_vider if grande]:
            db.exec_driver_sql(f"TRUNCATE {', '.join(grandes)} CASCADE")
        retraits = (f"{table}_videe AS (DELETE FROM {table})" for table, _ in a_vider)
        db.exec_driver_sql(f"WITH {', '.join(retraits)} SELECT")
        for table in modele:
            db.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM modele.{table}")


def garder(service: str, tables: str) -> list[str]:
    """Copies what these tables hold; returns those that hold something: a `modele`, which `vider` puts back."""
    with moteur(service).begin() as db:
        db.exec_driver_sql("CREATE SCHEMA modele")
        pleines = [t for t in tables.split(", ") if db.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {t})"))]
        for table in pleines:
            db.exec_driver_sql(f"CREATE TABLE modele.{table} AS SELECT * FROM {table}")
        return pleines


@contextmanager
def base_de(service: str) -> Iterator[str]:
    """Gives the address of a migrated database, that of the service, or of the gateway, meanwhile: it keeps no change
    without its trace."""
    nom, url = demander("base_vierge")
    migrer(paquet_de(service), url)
    exiger_les_traces(service, url)
    with pytest.MonkeyPatch.context() as environnement:  # tests/bench has a base of its own, under the same name
        environnement.setenv(f"DATABASE_URL_{service.upper()}", url)
        moteur.cache_clear()
        yield url
        moteur(service).dispose()
    moteur.cache_clear()
    demander("supprimer_base", nom)
