"""PostgreSQL as the kernel uses it: an engine a database, waits bounded, nothing personal in errors."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import eventlet
import orjson
import psycopg
import sqlalchemy as sa
import uuid_utils
from psycopg import Column
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg.types.string import TextLoader
from sqlalchemy import QueuePool
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError

from commun.config import config
from commun.domain.errors import BaseAbsente, ErreurInterne, Indisponible, Introuvable, Invalide, Refus
from commun.telemetry import ATTENTE_BASE


def _en_json(objet: Any) -> bytes:
    return orjson.dumps(objet, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


set_json_dumps(_en_json)
set_json_loads(orjson.loads)
psycopg.adapters.register_loader("uuid", TextLoader)  # psycopg's own makes a UUID, of which SQLAlchemy makes a string

Identifiant = sa.Uuid(as_uuid=False)
"""Column type of every `id`: a UUIDv7, a string in Python."""
Instant = sa.DateTime(timezone=True)
"""Column type of every instant: aware, in UTC."""

VEILLE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How soon a line whose other end vanished without a word is given up."""
VEILLE_EN_FACE = " ".join(f"-c tcp_{nom.removeprefix('tcp_')}={valeur}" for nom, valeur in VEILLE.items())
"""The same, asked of PostgreSQL, which would else keep for two hours, its system's delay, the connections of a lost
machine, a timer's turn, a carrier's name (ADR 80).
"""
_OPTIONS = (
    "-c lock_timeout=3000 -c statement_timeout=8000 -c idle_in_transaction_session_timeout=15000 -c timezone=UTC "
    f"{VEILLE_EN_FACE} "
    "-c plan_cache_mode=force_generic_plan "  # what an act sends is planned once, not each time: see `figer`
    "-c random_page_cost=1.1 "  # no disk of ours turns: what is few is looked up, where 4 has the whole table read
    "-c work_mem=16MB"  # half the nation's jurés sorted, or looked up, in memory; PostgreSQL's 4 MB sends them to disk
)


def nouvel_id() -> str:
    """Returns a new id: a UUIDv7, so that rows made together lie together in their index."""
    return str(uuid_utils.uuid7())


def identifiant(valeur: Any, sinon: str = Introuvable.detail) -> str:
    """Returns `valeur` where it has the form of an id.

    Raises:
        Introuvable: it has not, so nothing can bear it; `sinon` says so of what a body names beside the address.
    """
    with suppress(ValueError, AttributeError, TypeError):
        return str(UUID(valeur))
    raise Introuvable(sinon)


_LECTURE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL plan_cache_mode = auto"

_REPOS = 0.5
"""Seconds of idleness after which a connection is tried before it is used: PostgreSQL may have restarted meanwhile."""

_PATIENCE = 1.0
"""Seconds that it has to answer then."""


class _Colonnes(Sequence[Column]):
    """The columns of a result, described when somebody looks at them."""

    def __init__(self, decrire: Callable[[], Sequence[Column] | None]) -> None:
        self._decrire = decrire

    @cached_property
    def _decrites(self) -> Sequence[Column]:
        return self._decrire() or ()

    def __getitem__(self, rang: Any) -> Any:
        return self._decrites[rang]

    def __len__(self) -> int:
        return len(self._decrites)


class _Curseur(psycopg.Cursor[Any]):
    """SQLAlchemy asks a cursor for its columns at each execution, and looks at them at a statement's first one only:
    describing the thirty of a session costs more than sending its statement.
    """

    @property
    def description(self) -> Any:
        return _Colonnes(lambda: super(_Curseur, self).description) if self.pgresult and self.pgresult.nfields else None


class _Reserve(QueuePool):
    """A pool that measures how long a connection is waited for: one that has to be tried, and made again, too."""

    def connect(self) -> Any:
        with ATTENTE_BASE.time():
            return super().connect()


@cache
def moteur(service: str) -> sa.Engine:
    """Returns the engine of `service`'s database. A pool connection for each worker: none waits for another's."""
    url = sa.make_url(config().base_de(service)).set(drivername="postgresql+psycopg")
    fait = sa.create_engine(
        url,
        poolclass=_Reserve,
        pool_size=config().ouvriers,
        max_overflow=4,
        pool_use_lifo=True,  # the connections in use stay few: their statements prepared, none tried after a rest
        pool_timeout=3,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={
            "options": _OPTIONS,
            "connect_timeout": 3,
            "application_name": f"ceres-{service}",
            "cursor_factory": _Curseur,
        }
        | VEILLE,
        json_serializer=lambda objet: _en_json(objet).decode(),
        json_deserializer=orjson.loads,
    )
    sa.event.listen(fait, "checkin", _noter_le_repos)
    sa.event.listen(fait, "checkout", _eprouver)
    sa.event.listen(fait, "handle_error", _reconnaitre_un_serveur_fige)
    return fait


def figer(db: sa.Connection) -> None:
    """Makes a transaction that has just begun one that reads: it sees one instant, writes nothing, and is planned as
    PostgreSQL judges best, since the values of a list's filters differ too much for one plan (`commun.storage.pages`).

    By psycopg itself, in one trip: to change a connection's level through SQLAlchemy, and back, takes as long as two.
    """
    ligne: Any = db.connection.driver_connection
    try:
        ligne.execute(_LECTURE, prepare=False)
    except psycopg.Error as panne:
        rompue = ligne.closed
        db.invalidate()
        if rompue:  # PostgreSQL has gone or restarted: what the pool holds is as dead
            db.engine.dispose()
        raise OperationalError(_LECTURE, None, panne, connection_invalidated=True) from panne
    except BaseException:  # what ends the wait, in whose place SQLAlchemy would say that it cannot undo
        db.invalidate()
        raise


def sans_limite(db: sa.Connection) -> None:
    """Lets the statements of this transaction last: those that read a whole base, for nobody who waits for a page."""
    db.exec_driver_sql("SET LOCAL statement_timeout = 0")


def _noter_le_repos(_connexion: Any, fiche: Any) -> None:
    fiche.info["rendue"] = time.monotonic()


def _eprouver(ligne: psycopg.Connection[Any], fiche: Any, _emprunt: Any) -> None:
    """Tries a connection that has been idle; a dead one condemns those that are as old. `pool_pre_ping` would try each
    time, at the price of a round trip for each transaction.

    Not by the dialect's own ping: it puts a connection back in order that has not answered, is refused, and that error
    takes the place of what ends the wait: a transaction whose patience ended here would have no other end.
    """
    if time.monotonic() - fiche.info.get("rendue", time.monotonic()) < _REPOS:
        return
    vivante = False
    with suppress(psycopg.Error), eventlet.Timeout(_PATIENCE, False):
        ligne.autocommit = True  # else a transaction begins with it, of which one more trip makes an end
        ligne.execute("SELECT 1")
        ligne.autocommit = False
        vivante = True
    if not vivante:
        raise sa.exc.InvalidatePoolError()


def _reconnaitre_un_serveur_fige(contexte: sa.engine.ExceptionContext) -> None:
    """Has the connections dropped of a server that takes no writing: one that is no more the first of its cluster, or
    that was closed to it for want of disk. Kept, they would refuse long after it, or another, takes some again.
    """
    erreur = contexte.original_exception
    if isinstance(erreur, psycopg.errors.ReadOnlySqlTransaction) and contexte.connection is not None:
        etat: Any = contexte.connection.connection.driver_connection
        fige = (etat.info.parameter_status(nom) for nom in ("in_hot_standby", "default_transaction_read_only"))
        if "on" in fige:  # else a transaction of ours that only reads: a fault of who writes in it
            contexte.is_disconnect = True


_SANS_BASE = ("08", "25006", "53100", "53300", "57P01", "57P02", "57P03")
"""How the codes begin of a PostgreSQL that serves nobody, whatever is asked of it: no line, no writing, no disk, no
connection left, stopping or starting. It has no code where it does not answer at all; nor where it went in the middle
of a statement, but that may then be why: what has it fall would have it fall at each try, for ever.
"""


def traduire(erreur: DBAPIError | sa.exc.TimeoutError) -> Refus:
    """Returns what a user reads of a database error: out of reach or too slow is a 503, a value that PostgreSQL cannot
    hold (a NUL in a code, a number out of range) is a 422, the rest a fault of ours.
    """
    if isinstance(erreur, sa.exc.TimeoutError):
        return Indisponible()
    if isinstance(erreur, OperationalError | InterfaceError) or erreur.connection_invalidated:
        code = getattr(erreur.orig, "sqlstate", None)
        absente = code.startswith(_SANS_BASE) if code else not erreur.connection_invalidated
        return BaseAbsente() if absente else Indisponible()
    return Invalide() if isinstance(erreur, DataError) else ErreurInterne()


def contrainte(erreur: DBAPIError) -> str | None:
    """Returns the name of the constraint that refused a row, `None` where none did."""
    diagnostic = getattr(erreur.orig, "diag", None)
    return getattr(diagnostic, "constraint_name", None)
