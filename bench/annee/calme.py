"""Waiting until the system has nothing left to do: events published and handled, mails gone."""

import time
from functools import partial
from typing import Any

import psycopg

from bench.national import Nation
from local.calme import en_route

SERVICES = ("referentiel", "jures", "candidats", "sessions", "notifications")
_PATIENCE = 1_800.0
_EN_ROUTE = "etat IN ('prepare', 'en_cours', 'echec_temporaire') AND prochain_le <= now()"


def attendre_le_calme(nation: Nation) -> None:
    """Returns once nothing has been left to do, twice in a row.

    Raises:
        TimeoutError: something is left all the same.
    """
    limite, calmes = time.monotonic() + _PATIENCE, 0
    while calmes < 2:
        calmes = 0 if reste(nation) else calmes + 1
        if time.monotonic() > limite:
            raise TimeoutError(f"Il reste {reste(nation)} événement(s) ou courriel(s) à traiter.")
        time.sleep(0.5)


def reste(nation: Nation) -> int:
    """Returns how many events are to be published, or to be handled by one of their listeners, and mails to leave."""
    courriels = int(un(nation, "notifications", f"SELECT count(*) FROM envois WHERE {_EN_ROUTE}"))  # nosec B608
    return courriels + en_route(partial(lignes, nation))


def un(nation: Nation, service: str, requete: str, *valeurs: Any) -> Any:
    """Returns the one value of a query on a service's database."""
    with psycopg.connect(nation.base(service), autocommit=True) as db:
        ligne = db.execute(requete, valeurs).fetchone()
        return ligne[0] if ligne else None


def lignes(nation: Nation, service: str, requete: str, *valeurs: Any) -> list[tuple[Any, ...]]:
    """Returns the rows of a query on a service's database."""
    with psycopg.connect(nation.base(service), autocommit=True) as db:
        return db.execute(requete, valeurs).fetchall()
