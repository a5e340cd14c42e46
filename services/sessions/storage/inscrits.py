"""The rows of who is in a session: its jury, its candidates."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from commun.storage.ensemble import Ligne
from commun.storage.requetes import parmi
from services.sessions.storage.memoire import CANDIDATS, JURES, Lecture, par_cle, par_session
from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures


def _par_ordre_d_entree(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).where(parmi(table.c.session_id)).order_by(table.c.inscrit_a, *table.primary_key.columns)


LECTURES = {
    table: Lecture(genre, _par_ordre_d_entree(table), par_session)
    for table, genre in ((inscriptions_jures, JURES), (inscriptions_candidats, CANDIDATS))
}


def lignes_inscrites(db: sa.Connection, table: sa.Table, session_ids: Iterable[str]) -> list[Ligne]:
    """Returns the rows of these sessions' jury, or of their candidates, in the order of registration."""
    return [ligne for lignes in par_cle(db, LECTURES[table], session_ids).values() for ligne in lignes]
