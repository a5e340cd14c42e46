"""What a query costs the base, whatever the machine: the rows that it reads, or goes through."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

_LUES = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0) + coalesce(idx_scan, 0)) FROM pg_stat_xact_user_tables"


def lignes_lues(db: sa.Connection) -> int:
    """Returns how many rows the open transaction has read until now, one by one or by an index."""
    return int(db.exec_driver_sql(_LUES).scalar_one())


def lignes_parcourues(db: sa.Connection, requetes: Iterable[tuple[str, Any]]) -> int:
    """Returns how many rows these reads (statement, parameters), done again, go through: those too that a join keeps
    aside, to look at them again for each row of the other side."""
    plans = (db.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {ordre}", valeurs) for ordre, valeurs in requetes)
    return sum(_parcourues(plan.scalar_one()[0]["Plan"]) for plan in plans)


def _parcourues(etape: dict[str, Any]) -> int:
    ecartees = sum(etape.get(f"Rows Removed by {par}", 0) for par in ("Filter", "Join Filter", "Index Recheck"))
    siennes = int((etape["Actual Rows"] + ecartees) * etape["Actual Loops"])
    return siennes + sum(map(_parcourues, etape.get("Plans", ())))
