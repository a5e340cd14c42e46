"""Changes of accounts' addresses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from commun.storage.db import nouvel_id
from commun.storage.requetes import une
from gateway.storage.tables import changements_courriel as table

_ATTEND = table.c.fait_le.is_(None) & (table.c.expire_le > sa.func.now())


def demander(
    db: sa.Connection, imprimer: Callable[[str], bytes], validite: timedelta, compte: dict[str, Any], nouveau: str
) -> str:
    """Adds a change that waits for its link, whose print `imprimer` makes, good from now. Returns its id."""
    changement_id = nouvel_id()
    propres = {"empreinte": imprimer(changement_id), "expire_le": sa.func.now() + validite}
    lequel = {"id": changement_id, "compte_id": compte["id"], "ancien": compte["courriel"], "nouveau": nouveau}
    db.execute(table.insert().values(lequel | propres))
    return changement_id


def get_demande(db: sa.Connection, changement_id: str) -> dict[str, Any] | None:
    """Returns a change that waits, while its link lasts."""
    return une(db, sa.select(table).where(table.c.id == changement_id, _ATTEND))


def get_demandee(db: sa.Connection, empreinte: bytes, compte_id: str) -> dict[str, Any] | None:
    """Returns the change of this account that a link opens, while it lasts."""
    return une(db, sa.select(table).where(table.c.empreinte == empreinte, table.c.compte_id == compte_id, _ATTEND))


def la_derniere(db: sa.Connection, compte_id: str) -> dict[str, Any] | None:
    """Returns the change of an account that waits, the last that was asked for."""
    requete = sa.select(table).where(table.c.compte_id == compte_id, _ATTEND)
    return une(db, requete.order_by(table.c.expire_le.desc()).limit(1))


def retirer_demandes(db: sa.Connection, compte_id: str, sauf: str = "") -> bool:
    """Removes the changes of an account that wait; returns whether one did. `sauf`: those to this address stay."""
    attendaient = sa.delete(table).where(table.c.compte_id == compte_id, table.c.fait_le.is_(None))
    retires = db.execute(attendaient.where(table.c.nouveau != sauf).returning(_ATTEND.label("attend"))).scalars()
    return any(retires)


def retirer_expirees(db: sa.Connection) -> None:
    """Removes the changes whose link is over."""
    db.execute(table.delete().where(table.c.fait_le.is_(None), table.c.expire_le <= sa.func.now()))


def add_fait(db: sa.Connection, compte_id: str, **valeurs: Any) -> str:
    """Adds a change that is done: `ancien`, `nouveau`, `identifiant_avant`. Returns its id."""
    changement_id = nouvel_id()
    db.execute(table.insert().values(id=changement_id, compte_id=compte_id, fait_le=sa.func.now(), **valeurs))
    return changement_id


def get_fait(db: sa.Connection, changement_id: str) -> dict[str, Any] | None:
    """Returns a change that is done."""
    return une(db, sa.select(table).where(table.c.id == changement_id, table.c.fait_le.is_not(None)))


def a_change_depuis(db: sa.Connection, compte_id: str, instant: datetime) -> bool:
    """Returns whether an account has taken another address since."""
    return bool(db.scalar(sa.select(sa.exists().where(table.c.compte_id == compte_id, table.c.fait_le >= instant))))


def retirer(db: sa.Connection, compte_id: str) -> None:
    """Removes all the changes of an account."""
    db.execute(table.delete().where(table.c.compte_id == compte_id))
