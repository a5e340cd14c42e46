"""Statements written once: building one costs more than sending it, and one whose text never changes is planned once.

A statement that an act sends is a constant of its module, its values are parameters (ADR 32). A list is one parameter
(`parmi`), where `IN` makes another statement for each number of values.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert


def parmi(colonne: sa.ColumnElement[Any], nom: str = "ids") -> sa.ColumnElement[bool]:
    """Returns the condition that a column is one of the values of the parameter `nom`, a list."""
    return colonne == sa.any_(sa.bindparam(nom, type_=ARRAY(colonne.type)))


@cache
def pose(table: sa.Table) -> Insert:
    """Returns the statement that adds a row, whose columns are its parameters; one that is there already stays."""
    return insert(table).on_conflict_do_nothing()


@cache
def remplacement(table: sa.Table, noms: tuple[str, ...], *, plus_recent: bool = False) -> Insert:
    """Returns the statement that writes a row, new or in place of the one under its key.

    Args:
        noms: its columns, the parameters of the statement.
        plus_recent: whether one whose `version` is not earlier stays as it is.
    """
    cles = cles_de(table)
    neuve = insert(table)
    suite = {nom: neuve.excluded[nom] for nom in noms if nom not in cles}
    ancienne = table.c.version < neuve.excluded.version if plus_recent else None
    return neuve.on_conflict_do_update(index_elements=cles, set_=suite, where=ancienne)


def cles_de(table: sa.Table) -> tuple[str, ...]:
    """Returns the names of the columns of a table's key."""
    return tuple(c.name for c in table.primary_key.columns)


def ecrire(db: sa.Connection, ordre: sa.Executable, lignes: Iterable[dict[str, Any]]) -> None:
    """Runs a statement for each of these rows, together."""
    liste = list(lignes)
    if liste:
        db.execute(ordre, liste[0] if len(liste) == 1 else liste)
