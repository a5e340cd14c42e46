"""A local copy of another service's reference data, so that a rule never waits for another service.

Rows follow their source by version, not by arrival: an event late, twice or out of order changes nothing.
"""

from collections.abc import Callable, Generator, Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa

from commun.requetes import cles_de, ecrire, remplacement, suite
from commun.unit_of_work import Acte, Question

_PAGE = 500


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


def reconstruire(
    acte: Acte, service: str, methode: str, recevoir: Callable[[Acte, dict[str, Any]], Any]
) -> Generator[Question, Any, int]:
    """Refills a copy from its source, page by page, through the listener's own function. A command.

    Args:
        methode: takes `apres` (a key, or None) and `limite`; returns `{elements: [...], suivant: key or None}`,
            each element being the body of the event that tells of it.

    Returns:
        How many elements were received.
    """
    apres, total = None, 0
    while True:
        page = yield Question(service, methode, apres=apres, limite=_PAGE)
        for corps in page["elements"]:
            recevoir(acte, corps)
        total += len(page["elements"])
        if not (apres := page["suivant"]):
            return total
