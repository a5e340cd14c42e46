"""A local copy of another service's reference data, so that a rule never waits for another service.

Rows follow their source by version, not by arrival: an event late, twice or out of order changes nothing.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.unit_of_work import Acte, Question

_PAGE = 500


def suivre(db: sa.Connection, table: sa.Table, ligne: dict[str, Any]) -> bool:
    """Writes `ligne` (with its `version`) unless the copy already holds that version or a later one.

    Returns:
        Whether the copy changed.
    """
    cles = [c.name for c in table.primary_key.columns]
    pose = insert(table).values(ligne)
    autres = {nom: pose.excluded[nom] for nom in ligne if nom not in cles}
    plus_recent = table.c.version < pose.excluded.version
    suivi = pose.on_conflict_do_update(index_elements=cles, set_=autres, where=plus_recent)
    return db.execute(suivi.returning(sa.literal(True))).first() is not None


def suivre_membres(
    db: sa.Connection, table: sa.Table, parent: dict[str, Any], lignes: Iterable[dict[str, Any]]
) -> None:
    """Makes the rows under a parent those given: who has left is deleted, who is new or has changed is written.

    Args:
        parent: the part of the key that they share; its own row, just followed, makes whoever else writes them wait.
        lignes: the rest of each row, whole.
    """
    cles = [c.name for c in table.primary_key.columns]
    voulues = {tuple(ligne[cle] for cle in cles): ligne for ligne in ({**parent, **suite} for suite in lignes)}
    requete = sa.select(table).where(*(table.c[nom] == valeur for nom, valeur in parent.items()))
    connues = {tuple(ligne[cle] for cle in cles): dict(ligne) for ligne in db.execute(requete).mappings()}
    if partis := sorted(connues.keys() - voulues.keys()):
        db.execute(table.delete().where(sa.tuple_(*(table.c[cle] for cle in cles)).in_(partis)))
    if changees := [ligne for cle, ligne in voulues.items() if connues.get(cle) != ligne]:
        pose = insert(table)
        suite = {nom: pose.excluded[nom] for nom in changees[0] if nom not in cles}
        db.execute(pose.on_conflict_do_update(index_elements=cles, set_=suite), changees)


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
