"""What runs beside the rest: threads (`eventlet.tpool`), where documents are drawn and files are read; greenlets that
come back."""

import atexit
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

import eventlet
from eventlet import patcher, tpool
from eventlet.semaphore import Semaphore

from commun.domain.errors import Indisponible
from commun.telemetry import Absence

T = TypeVar("T")

_D_UN_TRAIT = 25
"""What a loop of ours does before it lets the others in: some milliseconds of it."""

atexit.unregister(tpool.killall)
"""A process that ends waits for none of its threads: eventlet would join them all, and one that a silent volume holds,
for which nobody waits any more, would keep the process there until SIGKILL.
"""

_RETENUE = 0.2
"""Seconds before a connection that could not be taken is tried again: it waits in the system's queue."""

_RETRAIT = 5
"""The « nice » of who gives way: a third of what each other has of a busy processor, the whole of an idle one."""


def verrou() -> Lock:
    """Returns a lock that threads may wait for.

    Those of `threading` are eventlet's, here, and know one thread: of two threads, the second waits for ever, and is
    lost with what it was doing. A library that guards its caches by them is called under one of these.
    """
    return patcher.original("threading").Lock()


@contextmanager
def au_plus(secondes: float, panne: Callable[[eventlet.Timeout], Exception]) -> Iterator[None]:
    """Bounds a block in time, whatever in it waits, and however often.

    Raises:
        Exception: what `panne` makes of the end, past that time. Until it leaves the block this is no `OSError`, for
            one of which a library would try again; another's `eventlet.Timeout` goes through.
    """
    limite = eventlet.Timeout(secondes)
    try:
        yield
    except eventlet.Timeout as fin:
        if fin is not limite:
            raise
        raise panne(fin) from fin
    finally:
        limite.cancel()


def a_part(fonction: Callable[..., T], *arguments: Any) -> T:
    """Returns what a function gives, run in a thread: the loop goes on meanwhile.

    Raises:
        RuntimeError: it ended by what is no `Exception`.
    """
    reponse: T = tpool.execute(_sans_perdre_le_fil, fonction, *arguments)
    return reponse


def en_retrait(fonction: Callable[..., T], *arguments: Any) -> T:
    """Returns what a function gives, run in a thread that leaves the processor to whoever else asks for it.

    To be called by `a_part`, since it waits. In a thread of its own: the system lets none take its priority back.

    Raises:
        RuntimeError: as `a_part`.
    """
    reponses: list[T] = []
    pannes: list[BaseException] = []

    def courir() -> None:
        try:
            _ceder()
            reponses.append(_sans_perdre_le_fil(fonction, *arguments))
        except Exception as panne:
            pannes.append(panne)

    fil = patcher.original("threading").Thread(target=courir, daemon=True)
    fil.start()
    fil.join()
    if pannes:
        raise pannes[0]
    return reponses[0]


def _ceder() -> None:
    if sys.platform == "linux":  # elsewhere a priority is the process's
        os.nice(_RETRAIT)


def _sans_perdre_le_fil(fonction: Callable[..., T], *arguments: Any) -> T:
    try:
        return fonction(*arguments)
    except Exception:
        raise
    except BaseException as panne:  # the panic of a library in Rust: the thread would end, and its caller wait for ever
        raise RuntimeError(type(panne).__name__) from panne


class Places:
    """What is long or large is done a few at a time: more would share one processor, each ending later than if it had
    waited, take memory for all, and leave the loop no turn.
    """

    def __init__(self, combien: int, patience: float) -> None:
        """Args:
        combien: how many may be taken at once.
        patience: seconds that one waits for its turn.
        """
        self._libres = Semaphore(combien)
        self._patience = patience

    def prendre(self) -> None:
        """Waits for a place. Never from inside a transaction.

        Raises:
            Indisponible: none came free in time.
        """
        if not self._libres.acquire(timeout=self._patience):
            raise Indisponible()

    def rendre(self) -> None:
        """Gives a place back."""
        self._libres.release()

    def a_part(self, fonction: Callable[..., T], *arguments: Any) -> T:
        """Returns what a function gives in its turn, as `a_part` does; raises as `prendre` too."""
        self.prendre()
        try:
            return a_part(fonction, *arguments)
        finally:
            self.rendre()


class UnALaFois:
    """What is done in a thread, and may never come back: while it has not, nothing more is begun, which would take the
    threads of all one after the other.
    """

    def __init__(self) -> None:
        self._libre = verrou()

    def a_part(self, fonction: Callable[..., T], *arguments: Any) -> T:
        """Returns what a function gives, as `a_part` does.

        Raises:
            TimeoutError: the one before has not come back, whoever waited for it having left.
        """
        if not self._libre.acquire(blocking=False):
            raise TimeoutError("What was begun before has not come back.")
        return a_part(self._puis_rendre, fonction, *arguments)

    def _puis_rendre(self, fonction: Callable[..., T], *arguments: Any) -> T:
        try:
            return fonction(*arguments)
        finally:
            self._libre.release()


def en_soufflant(elements: Iterable[T]) -> Iterator[T]:
    """Yields what a long loop goes over, letting the others of the process in now and then."""
    for rang, element in enumerate(elements, 1):
        yield element
        if not rang % _D_UN_TRAIT:
            eventlet.sleep(0)


def lancer(geste: Callable[..., Any], *arguments: Any) -> Any:
    """Runs what somebody will wait for (`attendre`) in a greenlet of its own; returns it."""
    return eventlet.spawn(_ou_sa_panne, geste, *arguments)


def attendre(fil: Any) -> Any:
    """Returns what a greenlet of `lancer` gives; raises what ended it."""
    rendu = fil.wait()
    if isinstance(rendu, Exception):
        raise rendu
    return rendu


def _ou_sa_panne(geste: Callable[..., Any], *arguments: Any) -> Any:
    """Returns what this gives, or the error that ends it: of one that leaves a greenlet eventlet writes all the stack
    in the log, whoever waits for it."""
    try:
        return geste(*arguments)
    except Exception as panne:
        return panne


def repeter(chaque: float, geste: Callable[[], None]) -> Any:
    """Runs `geste` every `chaque` seconds in a greenlet of its own, whatever it raises; returns it."""
    absence = Absence("geste_en_attente")

    def boucle() -> None:
        while True:
            eventlet.sleep(chaque)
            try:
                geste()
                absence.finir()
            except Exception as panne:  # else it would be done no more, for as long as the process lives
                absence.constater(panne)

    return eventlet.spawn(boucle)


def sans_faillir(accepter: Callable[[], T]) -> Callable[[], T]:
    """Returns what takes the next connection, however long no descriptor is left for one more: it waits for one to be
    given back. nameko's server and eventlet's would end, and the process with them, everybody's, for whoever opens more
    than it may hold.
    """
    absence = Absence("connexion_en_attente")

    def attendre_la_suivante() -> T:
        while True:
            try:
                prise = accepter()
            except OSError as panne:
                absence.constater(panne)
                eventlet.sleep(_RETENUE)
            else:
                absence.finir()
                return prise

    return attendre_la_suivante
