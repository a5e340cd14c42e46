"""Database revisions, one alembic line a service, run as the owner; the application's role gets rows, never tables.

The traces are append-only for that role twice over: it has no right to change or remove them, and a trigger refuses.
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig

from commun import tables

_ICI = Path(__file__).parent
_APPEND_ONLY = """
CREATE FUNCTION traces_intouchables() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the traces are append-only'; END $$;
CREATE TRIGGER traces_intouchables BEFORE UPDATE OR DELETE ON traces
    FOR EACH ROW EXECUTE FUNCTION traces_intouchables();
CREATE TRIGGER traces_jamais_videes BEFORE TRUNCATE ON traces
    FOR EACH STATEMENT EXECUTE FUNCTION traces_intouchables();
"""


def creer_noyau(op: Any) -> None:
    """Creates the kernel's tables: the first step of every service's first revision."""
    tables.noyau.create_all(op.get_bind())
    op.execute(_APPEND_ONLY)


def migrer(paquet: str, url: str, role: str | None = None) -> None:
    """Brings the database of `paquet` (« services.jures ») to its last revision, then grants `role` its rights.

    Args:
        url: the database, as its owner.
        role: the application's role; None where the owner itself is the application (a test).
    """
    lieu = sa.make_url(url).set(drivername="postgresql+psycopg")
    versions = Path(_dossier(paquet)) / "migrations"
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(_ICI / "alembic"))
    alembic.set_main_option("version_locations", str(versions))
    alembic.set_main_option("path_separator", "os")
    moteur = sa.create_engine(lieu)
    with moteur.begin() as db:
        alembic.attributes["connection"] = db
        command.upgrade(alembic, "head")
        if role:
            for ordre in _droits(role):
                db.exec_driver_sql(ordre)
    moteur.dispose()


def _dossier(paquet: str) -> str:
    spec = importlib.util.find_spec(paquet)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{paquet} n'est pas un paquet de ce projet.")
    return spec.submodule_search_locations[0]


def _droits(role: str) -> tuple[str, ...]:
    return (
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'REVOKE UPDATE, DELETE, TRUNCATE ON traces FROM "{role}"',
        f'REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM "{role}"',
    )


if __name__ == "__main__":
    migrer(*sys.argv[1:])
