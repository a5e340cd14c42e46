"""A local copy of another service's reference data, so that a rule never waits for another service.

Rows follow their source by version, not by arrival: an event late, twice or out of order changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from commun.storage.requetes import cles_de, ecrire, remplacement, suite

_D_UN_COUP = 1000
"""Versions of a copy that are read at once: those of 250,000 sessions took half a second, while nobody else was served.
"""


def suivre(db: sa.Connection, table: sa.Table, ligne: dict[str, Any]) -> bool:
    """Writes `ligne` (with its `version`) unless the copy already holds that version or a later one.

    Returns:
        Whether the copy changed.
    """
    return db.execute(suite(table, tuple(ligne)), ligne).first() is not None


def suivre_membres(
    db: sa.Connection, table: sa.Table, parent: dict[str, Any], lignes: Iterable[dict[str, Any]]
) -> None:
    """Makes the rows under a parent those given: who has left is deleted, who is new or has changed is written.

    Args:
        parent: the part of the key that they share; its own row, just followed, makes whoever else writes them wait.
        lignes: the rest of each row, whole.
    """
    cles = cles_de(table)
    voulues = {tuple(ligne[cle] for cle in cles): ligne for ligne in ({**parent, **reste} for reste in lignes)}
    lues = db.execute(_sous(table, tuple(parent)), parent).mappings()
    connues = {tuple(ligne[cle] for cle in cles): dict(ligne) for ligne in lues}
    if partis := sorted(connues.keys() - voulues.keys()):
        db.execute(table.delete().where(sa.tuple_(*(table.c[cle] for cle in cles)).in_(partis)))
    if changees := [ligne for cle, ligne in voulues.items() if connues.get(cle) != ligne]:
        ecrire(db, remplacement(table, tuple(changees[0])), changees)


@cache
def _sous(table: sa.Table, parent: tuple[str, ...]) -> sa.Select[Any]:
    return sa.select(table).where(*(table.c[nom] == sa.bindparam(nom) for nom in parent))


@dataclass(frozen=True)
class Copie:
    """Where a copy is kept, so that what its source does not know any more is found there.

    Attributes:
        table: a row an element.
        cle: the column that names it, and `champ` the field of a body that does.
        membres: the tables of rows under it, which go with it.
        lignes: how many rows an element has there.
        garder: whether it is left for who still names it (a titre, a centre): it then gives way to whatever is said
            under its name next. It goes otherwise, and what it allowed with it.
        parmi: which of the table's rows are of this source.
    """

    table: sa.Table
    cle: str = "id"
    champ: str = ""
    membres: tuple[sa.Table, ...] = ()
    lignes: int = 1
    garder: bool = False
    parmi: sa.ColumnElement[bool] = field(default_factory=sa.true)

    def versions(self, db: sa.Connection) -> dict[str, int]:
        """Returns the elements that the copy holds, each with its version, in order: 0 of one that lacks a row; those
        that were left already are known as such."""
        cle, version = self.table.c[self.cle], self.table.c.version
        entiere = sa.case((sa.func.count() >= self.lignes, sa.func.min(version)), else_=0)
        dites = version > 0 if self.garder else sa.true()
        requete = (
            sa.select(cle, entiere).where(self.parmi, dites).group_by(cle).order_by(sa.cast(cle, sa.Text).collate("C"))
        )
        return {ligne[0]: ligne[1] for ligne in db.execute(requete.execution_options(yield_per=_D_UN_COUP))}

    def oublier(self, db: sa.Connection, inconnus: Collection[str]) -> None:
        """Takes away, or leaves, what the source does not know."""
        ceux_la = self.parmi & self.table.c[self.cle].in_(sorted(inconnus))
        if self.garder:
            db.execute(self.table.update().where(ceux_la).values(version=0))
            return
        for table in self.membres:
            (dessus,) = (fk.parent for fk in table.foreign_keys if fk.column.table is self.table)
            db.execute(table.delete().where(dessus.in_(sorted(inconnus))))
        db.execute(self.table.delete().where(ceux_la))


def tranche(requete: sa.Select[Any], cle: sa.ColumnElement[str], apres: str | None, limite: int) -> sa.Select[Any]:
    """Returns the query of what a source tells of at once: the rows after a key, in its order, `limite` at most."""
    return (requete.where(cle > apres) if apres else requete).order_by(cle).limit(limite)


def en_tranche(elements: list[Any], cles: Sequence[str], limite: int, memes: Sequence[str] = ()) -> dict[str, Any]:
    """Returns what a source answers `reconstruire`, of the rows that `tranche` gave, by their keys.

    Args:
        memes: the keys of those that it need not tell of.
    """
    suite = {"elements": elements, "suivant": cles[-1] if len(cles) == limite else None}
    return suite | ({"memes": list(memes)} if memes else {})
