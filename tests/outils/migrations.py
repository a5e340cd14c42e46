"""What revisions make: of rows that were there before them, and of tables, beside those that the code says."""

import importlib
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from commun.storage.migrations import migrer
from commun.storage.tables import noyau


def migree(url: str, paquet: str, avant: str, requete: str) -> list[tuple[Any, ...]]:
    """Migrates an empty base, brings it back by `avant` to a revision before, with its rows, then migrates it again.

    Returns:
        What `requete` then finds.
    """
    migrer(paquet, url)
    with psycopg.connect(url) as db:
        db.execute(avant)
    migrer(paquet, url)
    with psycopg.connect(url) as db:
        return db.execute(requete).fetchall()


def ecarts_des_tables(paquet: str, url: str) -> list[Any]:
    """Returns how a base differs from the tables that a service's code says, as Alembic says it."""
    moteur = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    tables = [importlib.import_module(f"{paquet}.storage").metadata, noyau]
    with moteur.connect() as db:
        contexte = MigrationContext.configure(db, opts={"include_name": lambda nom, *_: nom != "alembic_version"})
        ecarts = compare_metadata(contexte, tables)  # type: ignore[arg-type]
    moteur.dispose()
    return list(ecarts)
