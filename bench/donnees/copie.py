"""Rows into tables by COPY, as PostgreSQL takes them fastest."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import JSONB

Ligne = dict[str, Any]
Lot = tuple[sa.Table, Iterable[Ligne]]
"""A table and rows for it: all with the same columns; the others take their default."""


def copier(url: str, lots: Iterable[Lot], dire: Callable[[str], None]) -> None:
    """Copies these rows into the database at `url`, as its owner, then gathers statistics for the planner."""
    with psycopg.connect(url) as db:
        db.execute("SET maintenance_work_mem = '256MB'")
        for table, lignes in lots:
            dire(f"  {_copier(db, table, lignes):>9,} {table.name}".replace(",", " "))
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE")


def _copier(db: "psycopg.Connection[Any]", table: sa.Table, lignes: Iterable[Ligne]) -> int:
    restantes = iter(lignes)
    premiere = next(restantes, None)
    if premiere is None:
        return 0
    noms, n = list(premiere), 0
    convertir = [_en_json if isinstance(table.c[nom].type, JSONB) else None for nom in noms]
    declencheurs = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
    db.execute(declencheurs.format(sql.Identifier(table.name), sql.SQL("DISABLE")))
    ordre = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, noms))
    )
    with db.cursor() as curseur, curseur.copy(ordre) as copie:
        for ligne in chain([premiere], restantes):
            valeurs = ligne.values()
            copie.write_row([f(v) if f else v for f, v in zip(convertir, valeurs, strict=True)])
            n += 1
    db.execute(declencheurs.format(sql.Identifier(table.name), sql.SQL("ENABLE")))
    return n


def _en_json(valeur: Any) -> str | None:
    """Returns a value as JSON; a text already is."""
    return valeur if valeur is None or isinstance(valeur, str) else orjson.dumps(valeur).decode()
