"""The SQL statements that a service sends while a test looks on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa

from commun.storage.db import moteur

X = TypeVar("X")


@contextmanager
def requetes(service: str) -> Iterator[list[str]]:
    """Gives the statements of the block, as they come."""
    with _notees(service, lambda requete, _: requete) as faites:
        yield faites


@contextmanager
def requetes_et_valeurs(service: str) -> Iterator[list[tuple[str, Any]]]:
    """Gives the statements of the block, as they come, each with its parameters."""
    with _notees(service, lambda requete, valeurs: (requete, valeurs)) as faites:
        yield faites


@contextmanager
def _notees(service: str, garder: Callable[[str, Any], X]) -> Iterator[list[X]]:
    faites: list[X] = []

    def noter(_connexion: Any, _curseur: Any, requete: str, valeurs: Any, *_: Any) -> None:
        faites.append(garder(requete, valeurs))

    sa.event.listen(moteur(service), "before_cursor_execute", noter)
    try:
        yield faites
    finally:
        sa.event.remove(moteur(service), "before_cursor_execute", noter)
