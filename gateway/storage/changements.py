"""Changes of accounts' addresses."""

from typing import Any

import sqlalchemy as sa

from commun.db import nouvel_id
from gateway.storage.comptes import une
from gateway.storage.tables import changements_courriel as table


def add_fait(db: sa.Connection, compte_id: str, **valeurs: Any) -> str:
    """Adds a change that is done: `ancien`, `nouveau`, `identifiant_avant`. Returns its id."""
    changement_id = nouvel_id()
    db.execute(table.insert().values(id=changement_id, compte_id=compte_id, fait_le=sa.func.now(), **valeurs))
    return changement_id


def get_fait(db: sa.Connection, changement_id: str) -> dict[str, Any] | None:
    """Returns a change that is done."""
    return une(db, sa.select(table).where(table.c.id == changement_id, table.c.fait_le.is_not(None)))


def retirer(db: sa.Connection, compte_id: str) -> None:
    """Removes all the changes of an account."""
    db.execute(table.delete().where(table.c.compte_id == compte_id))
