"""Searches that people keep."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.storage.db import nouvel_id
from commun.storage.requetes import toutes, une
from gateway.storage.tables import filtres


def list_filtres(db: sa.Connection, compte_id: str, liste: str | None = None) -> list[dict[str, Any]]:
    """Returns an account's filters, by list and name."""
    requete = sa.select(filtres).where(filtres.c.compte_id == compte_id).order_by(filtres.c.liste, filtres.c.nom)
    if liste:
        requete = requete.where(filtres.c.liste == liste)
    return toutes(db, requete)


def add_filtre(db: sa.Connection, **valeurs: Any) -> dict[str, Any] | None:
    """Adds a filter. Returns it, `None` where its name is taken."""
    pose = insert(filtres).values(id=nouvel_id(), **valeurs).on_conflict_do_nothing(constraint="un_nom_par_liste")
    return une(db, pose.returning(filtres))


def remove_filtre(db: sa.Connection, compte_id: str, filtre_id: str) -> int | None:
    """Removes an account's filter. Returns the version in which it was, `None` where it was not there."""
    sien = (filtres.c.id == filtre_id) & (filtres.c.compte_id == compte_id)
    return db.scalar(filtres.delete().where(sien).returning(filtres.c.version))


def remove_filtres(db: sa.Connection, compte_id: str) -> None:
    """Removes all the filters of an account."""
    db.execute(filtres.delete().where(filtres.c.compte_id == compte_id))


def remove_anciens(db: sa.Connection, avant: date | None) -> None:
    """Removes the filters made before this day that look for words, which may name somebody."""
    if avant:
        db.execute(filtres.delete().where(filtres.c.parametres.has_key("q"), filtres.c.id < _premier_id(avant)))


def _premier_id(jour: date) -> str:
    """Returns what no id made before this day reaches: ids begin with the instant when they were made."""
    return str(UUID(int=int(datetime(jour.year, jour.month, jour.day, tzinfo=UTC).timestamp() * 1000) << 80))
