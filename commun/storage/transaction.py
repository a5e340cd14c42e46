"""A transaction on a service's database, bounded in time; what the database says of it leaves as a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

import eventlet
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from commun.domain.errors import Indisponible
from commun.storage.db import contrainte, figer, moteur, traduire
from commun.telemetry import journal, refus_de


class Transaction(Enum):
    """What one is for."""

    ECRITURE = auto()
    LECTURE = auto()
    """It sees one instant and writes nothing (`commun.storage.db.figer`)."""
    SEULE = auto()
    """One statement is all that will run: it is a transaction by itself, without three more trips."""


@contextmanager
def ouvrir(service: str, patience: float, genre: Transaction = Transaction.ECRITURE) -> Iterator[sa.Connection]:
    """Opens a transaction; commits it at the end of the block.

    Args:
        patience: seconds after which it is given up, its connection with it. PostgreSQL's own limits
            (`commun.storage.db`) say nothing where it does not answer at all.

    Raises:
        Refus: as `commun.storage.db.traduire` says, or `Indisponible` past `patience`.
    """
    limite = eventlet.Timeout(patience)
    try:
        with moteur(service).connect() as db:
            if genre is Transaction.SEULE:
                db = db.execution_options(isolation_level="AUTOCOMMIT")
            with db.begin():
                if genre is Transaction.LECTURE:
                    figer(db)
                yield db
    except (DBAPIError, PoolTimeout) as erreur:
        sqlstate = getattr(getattr(erreur, "orig", None), "sqlstate", None)
        nom = contrainte(erreur) if isinstance(erreur, DBAPIError) else None
        quoi = type(erreur).__name__
        journal.error("base", erreur=quoi, sqlstate=sqlstate, contrainte=nom, raison=refus_de(erreur))
        raise traduire(erreur) from erreur
    except eventlet.Timeout as fin:
        if fin is not limite:
            raise
        journal.error("base", erreur="sans réponse")
        raise Indisponible() from fin
    finally:
        limite.cancel()
