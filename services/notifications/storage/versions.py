"""Releases."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from commun.storage.requetes import attendre_son_tour, une
from services.notifications.domain.versions import EtatVersion
from services.notifications.storage.tables import versions

RANG = sa.func.string_to_array(versions.c.numero, ".").cast(ARRAY(sa.BigInteger))
"""« 1.10 » comes after « 1.9 »."""


def get_version(db: sa.Connection, numero: str, *, verrou: bool = False) -> dict[str, Any] | None:
    """Returns a release."""
    requete = sa.select(versions).where(versions.c.numero == numero)
    return une(db, requete.with_for_update() if verrou else requete)


def add_version(db: sa.Connection, numero: str, jour: date, contenu: dict[str, Any]) -> str | None:
    """Adds a release, unless there is one of this number, be it written « 01.9 ». Returns how that one writes it."""
    rang = [int(partie) for partie in numero.split(".")]
    attendre_son_tour(db, f"version {rang}")
    if deja := db.scalar(sa.select(versions.c.numero).where(sa.cast(rang, ARRAY(sa.BigInteger)) == RANG)):
        return str(deja)
    db.execute(versions.insert().values(numero=numero, date=jour, contenu=contenu))
    return None


def save_version(db: sa.Connection, numero: str, **valeurs: Any) -> None:
    """Changes a release."""
    db.execute(versions.update().where(versions.c.numero == numero).values(version=versions.c.version + 1, **valeurs))


def figer(db: sa.Connection, numero: str, mail: dict[str, Any], maintenant: datetime) -> None:
    """Starts a diffusion: the mail is what it is from now on. One to who has subscribed since the first is a part of
    it, which leaves it the day that it began."""
    debut = sa.func.coalesce(versions.c.diffusee_le, maintenant)
    save_version(db, numero, etat=EtatVersion.EN_DIFFUSION, fige=mail, diffusee_le=debut)
