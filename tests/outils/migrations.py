"""What a revision makes of rows that were there before it."""

from typing import Any

import psycopg

from commun.storage.migrations import migrer


def migree(url: str, paquet: str, avant: str, requete: str) -> list[tuple[Any, ...]]:
    """Migrates an empty base, brings it back by `avant` to a revision before, with its rows, then migrates it again.

    Returns:
        What `requete` then finds.
    """
    migrer(paquet, url)
    with psycopg.connect(url) as db:
        db.execute(avant)
    migrer(paquet, url)
    with psycopg.connect(url) as db:
        return db.execute(requete).fetchall()
