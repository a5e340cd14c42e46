"""How a statement waits for PostgreSQL in a process of greenlets: alone, the others go on.

psycopg waits in C, which would freeze them all. Its waits in Python go through a `select` that eventlet imitates, with
a timer set and taken back and lists made and read again; its hub does without (ADR 22).
"""

import psycopg.waiting
from eventlet.green import select
from eventlet.hubs import trampoline
from psycopg.abc import RV, PQGen
from psycopg.errors import OperationalError
from psycopg.waiting import READY_NONE, READY_R, READY_W, WAIT_R, WAIT_W, Ready, Wait, wait_select


def cooperer() -> None:
    """Has every statement of this process, whose modules eventlet has patched, wait so."""
    psycopg.waiting.wait = attendre


def attendre(gen: PQGen[RV], fileno: int, interval: float = 0.0, timeout: float | None = None) -> RV:
    """Waits until psycopg's generator ends, and returns what it gives: `psycopg.abc.WaitFunc`.

    `interval` has no use: whoever interrupts a greenlet does so where it waits (`commun.storage.transaction`).

    Raises:
        OperationalError: the line was closed.
    """
    if timeout is not None:
        return wait_select(gen, fileno, interval, timeout)
    try:
        attendu = next(gen)
        while True:
            attendu = gen.send(_pret(fileno, attendu))
    except StopIteration as fin:
        reponse: RV = fin.value
        return reponse
    except OSError as panne:
        raise OperationalError("connection socket closed") from panne


def _pret(fileno: int, attendu: Wait) -> Ready | int:
    """Waits for what a statement needs: nearly always its answer; else that the line takes the rest of the question."""
    if attendu == WAIT_R:
        trampoline(fileno, read=True)
        return READY_R
    lisible, prenante, _ = select.select([fileno] if attendu & WAIT_R else [], [fileno] if attendu & WAIT_W else [], [])
    return (READY_R if lisible else READY_NONE) | (READY_W if prenante else READY_NONE)
