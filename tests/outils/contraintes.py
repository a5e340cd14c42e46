"""What a service's tables refuse whatever its code does: the last wall, which no act of a test comes to."""

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


def _complete(table: sa.Table) -> dict[str, Any]:
    exigees = (c for c in table.columns if not c.nullable and c.server_default is None)
    return {c.name: next(v() for genre, v in _QUELCONQUES.items() if isinstance(c.type, genre)) for c in exigees}
