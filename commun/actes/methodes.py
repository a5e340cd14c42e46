"""The methods of a service, each a line of its class: `suspendre = commande(habilitations.suspendre)`.

A method takes, by name, what its function takes after the `Acte`: those names are what other processes call it with.
"""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any

from commun.actes.timers import timer
from commun.bus.inbox import Recu, on_event
from commun.bus.rpc import rpc

UNE_HEURE, UN_JOUR = 3600, 86_400
"""Seconds between two runs of most of what time brings."""


def lecture(
    requete: Callable[..., Any], *, d_un_trait: bool = False, puis: Callable[[Any], Any] = lambda lu: lu
) -> Any:
    """Returns a method that answers what a query reads.

    Args:
        d_un_trait: the query is one statement (`Acte.lire_d_un_trait`).
        puis: makes the answer of what was read, once no transaction is open.
    """

    @wraps(requete)
    def methode(self: Any, *arguments: Any, **nommes: Any) -> Any:
        lire = self.acte.lire_d_un_trait if d_un_trait else self.acte.lire
        return puis(lire(requete, *arguments, **nommes))

    return rpc(methode)


def commande(acte: Callable[..., Any]) -> Any:
    """Returns a method that runs a command, or tries it (`a_blanc`), and answers what it returns."""

    @wraps(acte)
    def methode(self: Any, *arguments: Any, a_blanc: bool = False, **nommes: Any) -> Any:
        return (self.acte.essayer if a_blanc else self.acte.faire)(acte, *arguments, **nommes)

    forme = signature(acte)
    siens = [*forme.parameters.values(), Parameter("a_blanc", Parameter.KEYWORD_ONLY, default=False)]
    methode.__signature__ = forme.replace(parameters=siens)  # type: ignore[attr-defined]
    return rpc(methode)


def ecoute(commande: Callable[..., Any], *evenements: str, file: str) -> Any:
    """Returns a method that gives a command the bodies of these events, each once, from this queue."""

    @on_event(*evenements, file=file)
    def methode(self: Any, recu: Recu) -> None:
        self.acte.consommer(recu, commande)

    return methode


def minuterie(chaque: float, commande: Callable[..., Any]) -> Any:
    """Returns a method that runs a command every so many seconds, as CERES itself, in one replica."""

    @timer(chaque=chaque)
    def methode(self: Any) -> None:
        self.acte.faire(commande)

    return methode
