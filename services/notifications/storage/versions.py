"""Releases."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.notifications.domain.versions import EtatVersion
from services.notifications.storage.tables import versions


def get_version(db: sa.Connection, numero: str, *, verrou: bool = False) -> dict[str, Any] | None:
    """Returns a release."""
    requete = sa.select(versions).where(versions.c.numero == numero)
    ligne = db.execute(requete.with_for_update() if verrou else requete).mappings().first()
    return dict(ligne) if ligne else None


def add_version(db: sa.Connection, numero: str, jour: date, contenu: dict[str, Any]) -> None:
    """Adds a release."""
    db.execute(versions.insert().values(numero=numero, date=jour, contenu=contenu))


def save_version(db: sa.Connection, numero: str, **valeurs: Any) -> None:
    """Changes a release."""
    db.execute(versions.update().where(versions.c.numero == numero).values(version=versions.c.version + 1, **valeurs))


def figer(db: sa.Connection, numero: str, mail: dict[str, Any], maintenant: datetime) -> None:
    """Starts a diffusion: the mail is what it is from now on."""
    save_version(db, numero, etat=EtatVersion.EN_DIFFUSION, fige=mail, diffusee_le=maintenant)
