"""Releases."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.storage.requetes import une
from services.notifications.domain.versions import EtatVersion
from services.notifications.storage.tables import versions


def get_version(db: sa.Connection, numero: str, *, verrou: bool = False) -> dict[str, Any] | None:
    """Returns a release."""
    requete = sa.select(versions).where(versions.c.numero == numero)
    return une(db, requete.with_for_update() if verrou else requete)


def add_version(db: sa.Connection, numero: str, jour: date, contenu: dict[str, Any]) -> bool:
    """Adds a release, unless there is one of this number. Returns whether it did."""
    pose = insert(versions).values(numero=numero, date=jour, contenu=contenu).on_conflict_do_nothing()
    return db.execute(pose.execution_options(preserve_rowcount=True)).rowcount == 1


def save_version(db: sa.Connection, numero: str, **valeurs: Any) -> None:
    """Changes a release."""
    db.execute(versions.update().where(versions.c.numero == numero).values(version=versions.c.version + 1, **valeurs))


def figer(db: sa.Connection, numero: str, mail: dict[str, Any], maintenant: datetime) -> None:
    """Starts a diffusion: the mail is what it is from now on."""
    save_version(db, numero, etat=EtatVersion.EN_DIFFUSION, fige=mail, diffusee_le=maintenant)
