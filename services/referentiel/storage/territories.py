"""Régions, départements, communes, pays, métiers, services of the State: rows that files bring in."""

from collections.abc import Iterable
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

_LOT = 5000


def save_lignes(db: sa.Connection, table: sa.Table, lignes: Iterable[dict[str, Any]]) -> int:
    """Adds rows, or brings those that exist up to date; removes none. Returns how many were given.

    They travel as one JSON array a batch: forty thousand communes take a second, not ten.
    """
    toutes = list(lignes)
    cles = [c.name for c in table.primary_key.columns]
    colonnes = [c.name for c in table.columns]
    for debut in range(0, len(toutes), _LOT):
        lot = orjson.dumps(toutes[debut : debut + _LOT]).decode()
        lues = sa.func.json_populate_recordset(sa.text(f"NULL::{table.name}"), sa.cast(sa.literal(lot), sa.JSON))
        source = lues.table_valued(*table.columns).render_derived()
        pose = insert(table).from_select(colonnes, sa.select(*source.c))
        autres = {nom: pose.excluded[nom] for nom in colonnes if nom not in cles}
        db.execute(pose.on_conflict_do_update(index_elements=cles, set_=autres))
    return len(toutes)
