"""Paces held by all replicas together, in one row each: a burst, then one try each so often, for ever sliding."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.storage.requetes import retirer
from gateway.storage.tables import freins


@dataclass(frozen=True)
class Frein:
    """How often a thing may be tried: `salve` times at once, then one more every `rythme`."""

    salve: int
    rythme: timedelta


_TRANSACTION = timedelta(minutes=1)
"""Longer than any lasts: `now()` is when it began, and tries made since by others lead further than it knows."""


def cle(*quoi: str) -> bytes:
    """Returns the key of a pace: a print."""
    return hashlib.sha256("\0".join(quoi).encode()).digest()


def prendre(db: sa.Connection, cle: bytes, frein: Frein) -> timedelta | None:
    """Counts a try, in one statement so that two at once cannot both be the last. Returns how long to wait instead.

    No try leads further than a burst: what does was counted by a clock that ran ahead, and holds nobody back.
    """
    limite = sa.func.now() + frein.salve * frein.rythme
    egare = freins.c.libre_le > limite + _TRANSACTION
    prochain = sa.case((egare, sa.func.now()), else_=sa.func.greatest(freins.c.libre_le, sa.func.now())) + frein.rythme
    pose = insert(freins).values(cle=cle, libre_le=sa.func.now() + frein.rythme)
    pose = pose.on_conflict_do_update(
        index_elements=["cle"],
        set_={"libre_le": prochain},
        where=prochain <= limite,
    )
    if db.scalar(pose.returning(sa.true())):
        return None
    avance = db.scalar(sa.select(freins.c.libre_le - sa.func.now()).where(freins.c.cle == cle)) or timedelta()
    return max(avance - (frein.salve - 1) * frein.rythme, timedelta(seconds=1))


def rendre(db: sa.Connection, cle: bytes, frein: Frein) -> None:
    """Takes a try back: one that succeeded weighs nothing."""
    db.execute(freins.update().where(freins.c.cle == cle).values(libre_le=freins.c.libre_le - frein.rythme))


def oublier(db: sa.Connection, cle: bytes) -> None:
    """Forgets every try of a key."""
    db.execute(freins.delete().where(freins.c.cle == cle))


def nettoyer(db: sa.Connection) -> int:
    """Removes a lot of the paces that hold nobody back any more, but those being taken; returns how many."""
    return retirer(db, freins, freins.c.libre_le < sa.func.now())
