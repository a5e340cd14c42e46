"""Régions, départements, communes, pays, métiers, services of the State."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

_LOT = 1000


def save_lignes(db: sa.Connection, table: sa.Table, lignes: Iterable[dict[str, Any]]) -> int:
    """Adds rows, or brings those that exist up to date; removes none. Returns how many were given."""
    cles = [c.name for c in table.primary_key.columns]
    toutes = list(lignes)
    for debut in range(0, len(toutes), _LOT):
        lot = toutes[debut : debut + _LOT]
        pose = insert(table).values(lot)
        autres = {nom: pose.excluded[nom] for nom in lot[0] if nom not in cles}
        db.execute(pose.on_conflict_do_update(index_elements=cles, set_=autres))
    return len(toutes)
