"""The SQL statements that a service sends while a test looks on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from commun.db import moteur


@contextmanager
def requetes(service: str) -> Iterator[list[str]]:
    """Gives the statements of the block, as they come."""
    faites: list[str] = []

    def noter(_connexion: Any, _curseur: Any, requete: str, *_: Any) -> None:
        faites.append(requete)

    sa.event.listen(moteur(service), "before_cursor_execute", noter)
    try:
        yield faites
    finally:
        sa.event.remove(moteur(service), "before_cursor_execute", noter)
