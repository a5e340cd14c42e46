"""Links to replace a lost password, by the address that they were asked for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from commun.storage.db import nouvel_id
from commun.storage.requetes import une
from gateway.storage.tables import renouvellements

_VIT = renouvellements.c.expire_le > sa.func.now()


def nouveau(db: sa.Connection, imprimer: Callable[[str], bytes], validite: timedelta, courriel: str) -> str:
    """Adds a link, whose print `imprimer` makes, good from now. Returns its id."""
    renouvellement_id = nouvel_id()
    propres = {"empreinte": imprimer(renouvellement_id), "expire_le": sa.func.now() + validite}
    db.execute(renouvellements.insert().values(id=renouvellement_id, courriel=courriel, **propres))
    return renouvellement_id


def get_vivant(db: sa.Connection, renouvellement_id: str) -> dict[str, Any] | None:
    """Returns what was asked for, while its link lasts."""
    return une(db, sa.select(renouvellements).where(renouvellements.c.id == renouvellement_id, _VIT))


def get_ouvert(db: sa.Connection, empreinte: bytes) -> dict[str, Any] | None:
    """Returns what a link opens, while it lasts."""
    return une(db, sa.select(renouvellements).where(renouvellements.c.empreinte == empreinte, _VIT))


def retirer(db: sa.Connection, *courriels: str) -> None:
    """Removes every link that was asked for these addresses."""
    db.execute(renouvellements.delete().where(renouvellements.c.courriel.in_(courriels)))


def retirer_expires(db: sa.Connection) -> None:
    """Removes the links that are over."""
    db.execute(renouvellements.delete().where(~_VIT))
