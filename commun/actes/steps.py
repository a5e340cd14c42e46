"""A command as a sequence of steps: each `yield` ends a transaction, each answer begins the next."""

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import eventlet

from commun.domain.errors import Refus, est_introuvable


@dataclass(frozen=True)
class Fin:
    """The last step is done; `valeur` is what the command returned."""

    valeur: Any


@dataclass(init=False)
class Question:
    """What a command asks of another service, outside any transaction."""

    service: str
    methode: str
    arguments: dict[str, Any]

    def __init__(self, service: str, methode: str, **arguments: Any) -> None:
        self.service, self.methode, self.arguments = service, methode, arguments


@dataclass(frozen=True)
class Attente:
    """A step that waits, for its turn or for a while, with no transaction open, in the caller's patience."""

    attendre: Callable[[], Any]


T = TypeVar("T")
Etape = Question | Attente | Callable[[], Any] | None
"""What a command yields: it asks, waits, computes at length (`partial`), or only keeps what it wrote."""
Etapes = Generator[Etape, Any, T]
"""A command, or a part of one (`yield from`), that has several steps and returns a `T`."""

UN_MOMENT = Attente(partial(eventlet.sleep, 0.05))


def en_suite(etape: Any) -> Etapes[Any]:
    """Returns what a command gave, as if every command were a generator."""
    if inspect.isgenerator(etape):
        return (yield from etape)
    return etape


def avancer(suite: Etapes[Any], reponse: Any = None) -> Any:
    """Runs a sequence to its next question, or to its `Fin`; a refusal is raised where the answer was awaited."""
    try:
        return suite.throw(reponse) if isinstance(reponse, Refus) else suite.send(reponse)
    except StopIteration as fin:
        return Fin(fin.value)


@dataclass
class Essaye(Exception):
    """A command that was only to be tried would have answered this: raised in its last transaction, which it undoes."""

    reponse: Any


def pour_voir(commande: Callable[..., Any]) -> Callable[..., Etapes[None]]:
    """Returns what runs a command to its end, and raises `Essaye` there."""

    def essayer(acte: Any, *arguments: Any, **nommes: Any) -> Etapes[None]:
        raise Essaye((yield from en_suite(commande(acte, *arguments, **nommes))))

    return essayer


def si_connu(question: Question) -> Etapes[Any]:
    """Asks (`yield from`), and returns the answer; `None` where what is asked for is not there."""
    try:
        return (yield question)
    except Refus as refus:
        if not est_introuvable(refus):
            raise
        return None


def insister(essai: Callable[[], Any], encore: Callable[[Any], bool], fois: int) -> Etapes[Any]:
    """Runs `essai`, steps or a plain function, again after a moment as long as `encore` says so of what it gives.

    Returns what the last one gave; `fois`: how many are run again, at most.
    """
    reponse = yield from en_suite(essai())
    for _ in range(fois):
        if not encore(reponse):
            break
        yield UN_MOMENT
        reponse = yield from en_suite(essai())
    return reponse
