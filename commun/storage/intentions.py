"""Intentions: what an act that is about to ask another service says first that it will do (ADR 2).

Written in the transaction that comes before the question, they show to others until the act ends, done or refused.
Those of an act that died expire.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from commun.storage.db import nouvel_id
from commun.storage.requetes import ecrire, lignes_pour, parmi
from commun.storage.tables import intentions

VIE_INTENTION = timedelta(seconds=10)
"""How long an act may hold an intention or a key: longer than any call, short enough that a crash hinders nobody for
long. Past it the act itself is refused at its end; `_SURSIS` later others stop seeing its intention."""

_SURSIS = timedelta(seconds=5)
"""The time that a commit may take: an intention is seen that much longer than it may serve."""

VIVES = intentions.c.expire_le > sa.func.now() - _SURSIS
"""The condition of those that others see, by the base's clock: those of two replicas differ."""

_dites = lignes_pour(intentions, ("id", "genre", "objet_id", "details"))
_POSEES = sa.insert(intentions).from_select(
    [*_dites.c.keys(), "expire_le"],
    sa.select(*_dites.c, sa.func.now() + VIE_INTENTION),
)
_DES_AUTRES = sa.select(intentions.c.details).where(
    intentions.c.objet_id == sa.bindparam("objet"),
    parmi(intentions.c.genre, "genres"),
    ~parmi(intentions.c.id, "miennes"),
    VIVES,
)
_EN_COURS = sa.select(intentions.c.id).where(
    parmi(intentions.c.genre, "genres"), ~parmi(intentions.c.id, "miennes"), VIVES
)
_EN_COURS_SUR = _EN_COURS.where(parmi(intentions.c.objet_id, "objets"))
_MIENNES = intentions.delete().where(parmi(intentions.c.id, "miennes"))
_TENUES = _MIENNES.where(intentions.c.expire_le > sa.func.clock_timestamp())


class Intentions:
    """Those of one act."""

    def __init__(self) -> None:
        self._posees: list[str] = []
        self._miennes: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._posees)

    def poser(self, db: sa.Connection, genre: str, objets: Collection[str], details: dict[str, Any]) -> None:
        """Writes one on each object, with these details."""
        numeros = {nouvel_id(): objet_id for objet_id in objets}
        dites = {"genre": genre, "details": details}
        ecrire(db, _POSEES, ({"id": n, "objet_id": o, **dites} for n, o in numeros.items()))
        self._posees.extend(numeros)
        self._miennes.extend(numeros)

    def des_autres(self, db: sa.Connection, objet_id: str, genres: Collection[str]) -> list[dict[str, Any]]:
        """Returns the details of those of others on an object; those of acts that died are live for a while."""
        cherchees = {"objet": objet_id, "genres": list(genres), "miennes": self._miennes}
        return list(db.scalars(_DES_AUTRES, cherchees))

    def en_cours(self, db: sa.Connection, genres: Collection[str], objets: Collection[str] | None) -> set[str]:
        """Returns the ids of the live ones of others, on these objects, or on any."""
        cherchees: dict[str, Any] = {"genres": list(genres), "miennes": self._miennes}
        if objets is None:
            return set(db.scalars(_EN_COURS, cherchees))
        return set(db.scalars(_EN_COURS_SUR, cherchees | {"objets": list(objets)}))

    def conclure(self, db: sa.Connection) -> bool:
        """Takes them away with what they said, in its transaction. Returns whether all were live until then."""
        miennes, self._miennes = self._miennes, []
        return not miennes or db.execute(_TENUES, {"miennes": miennes}).rowcount == len(miennes)

    def abandonner(self, db: sa.Connection) -> None:
        """Takes them all away as the act is refused: a transaction that was to take some away may be undone."""
        if self._posees:
            db.execute(_MIENNES, {"miennes": self._posees})
