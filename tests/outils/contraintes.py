"""What a service's tables refuse whatever its code does: the last wall, which no act of a test comes to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB
from sqlalchemy.exc import IntegrityError

from commun.storage.db import contrainte, moteur, nouvel_id

_QUELCONQUES = {
    sa.Uuid: nouvel_id,
    sa.Date: lambda: date(2026, 3, 2),
    sa.DateTime: lambda: datetime(2026, 3, 2, tzinfo=UTC),
    sa.Time: lambda: time(9),
    sa.Text: lambda: "x",
    sa.Integer: lambda: 1,
    sa.Boolean: lambda: False,
    sa.LargeBinary: lambda: b"x",
    JSONB: dict,
    ARRAY: list,
    DATERANGE: lambda: "[2026-03-02,2027-03-02)",
}
_LIENS = """
SELECT conrelid::regclass::text AS table, conname AS nom,
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS colonnes
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_SEUL = """
SELECT 'ALTER TABLE ' || conrelid::regclass || string_agg(' DROP CONSTRAINT ' || quote_ident(conname), ',')
FROM pg_constraint WHERE conrelid = CAST(:table AS regclass) AND contype IN ('c', 'f') AND conname <> :nom
GROUP BY conrelid
"""


def refus_de(service: str, table: sa.Table, juste: dict[str, Any], autre: dict[str, Any]) -> str | None:
    """Returns the name of the constraint that refuses a row that differs so from one which is taken; `None` where none
    does. Their other columns hold whatever they must; nothing stays, and what they refer to need not be there.
    """
    with moteur(service).connect() as db:
        db.exec_driver_sql("SET LOCAL session_replication_role = replica")
        db.execute(table.insert().values(_complete(table) | juste))
        try:
            db.execute(table.insert().values(_complete(table) | juste | autre))
        except IntegrityError as refus:
            return contrainte(refus)
        finally:
            db.rollback()
    return None


def orphelins_refuses(service: str, metadata: sa.MetaData) -> set[str]:
    """Returns the names of the foreign keys that refuse a row whose parent is not there, each without the others."""
    refuses = set()
    with moteur(service).connect() as db:
        for lien in db.execute(sa.text(_LIENS)).all():
            if autres := db.scalar(sa.text(_SEUL), {"table": lien.table, "nom": lien.nom}):
                db.exec_driver_sql(autres)
            table = metadata.tables[lien.table]
            try:
                db.execute(table.insert().values(_complete(table, lien.colonnes)))
            except IntegrityError as refus:
                refuses.add(contrainte(refus))
            db.rollback()
    return refuses


def _complete(table: sa.Table, aussi: Sequence[str] = ()) -> dict[str, Any]:
    exigees = (c for c in table.columns if c.name in aussi or (not c.nullable and c.server_default is None))
    return {c.name: next(v() for genre, v in _QUELCONQUES.items() if isinstance(c.type, genre)) for c in exigees}
