"""What a query costs the base, whatever the machine: the rows that it reads."""

import sqlalchemy as sa

_LUES = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0) + coalesce(idx_scan, 0)) FROM pg_stat_xact_user_tables"


def lignes_lues(db: sa.Connection) -> int:
    """Returns how many rows the open transaction has read until now, one by one or by an index."""
    return int(db.exec_driver_sql(_LUES).scalar_one())
