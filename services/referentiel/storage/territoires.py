"""Régions, départements, communes, pays, métiers, services of the State: rows that files bring in."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from commun.storage.requetes import ecrire, remplacement

_LOT = 5000


def save_lignes(db: sa.Connection, table: sa.Table, lignes: Iterable[dict[str, Any]]) -> int:
    """Adds rows, or brings those that exist up to date; removes none. Returns how many were given.

    They travel as one JSON array a batch: forty thousand communes take a second, not ten.
    """
    toutes = list(lignes)
    pose = remplacement(table, tuple(c.name for c in table.columns))
    for debut in range(0, len(toutes), _LOT):
        ecrire(db, pose, toutes[debut : debut + _LOT])
    return len(toutes)
