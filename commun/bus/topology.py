"""Declares every exchange and queue before anyone publishes: an event sent before its queue exists would vanish."""

import importlib
import inspect
import sys
from collections.abc import Iterable
from pkgutil import iter_modules

from kombu import Connection, Queue

from commun.bus.broker import ECHANGES, EVENEMENTS, attente, file_evenements, file_morts, tls
from commun.bus.inbox import Ecouteur
from commun.config import config

QUITTEES: tuple[tuple[str, str], ...] = ()
"""Queues of former listeners, each with its event. Taken off it, or they would fill for ever; the version before, while
it lasts, still reads what they hold. The version after removes them from the broker, and from here."""


def modules() -> list[str]:
    """Returns the module of each service of the project, the gateway's last."""
    services = importlib.import_module("services").__path__
    return [*sorted(f"services.{paquet.name}.service" for paquet in iter_modules(services)), "gateway.service"]


def ecouteurs(modules: Iterable[str]) -> list[tuple[str, str]]:
    """Returns `(queue, evenement)` for each event that a listener in these service modules hears."""
    trouves = []
    for nom in modules:
        for classe in importlib.import_module(nom).SERVICES:
            for _, methode in inspect.getmembers(classe, inspect.isfunction):
                entrees = getattr(methode, "nameko_entrypoints", ())
                ecoutes = [entree for entree in entrees if isinstance(entree, Ecouteur)]
                trouves += [(ecoute.ecouteur, evenement) for ecoute in ecoutes for evenement in ecoute.evenements]
    return sorted(trouves)


def files(modules: Iterable[str]) -> list[Queue]:
    """Returns every queue that these modules need: of who listens, of the dead, and of what waits for its next try."""
    ecoutes: dict[str, list[str]] = {}
    for file, evenement in ecouteurs(modules):
        ecoutes.setdefault(file, []).append(evenement)
    trouvees = [file_evenements(file, *evenements) for file, evenements in ecoutes.items()]
    trouvees += [file_morts(service) for service in sorted({file.split(".")[0] for file in ecoutes})]
    return trouvees + [attente(delai) for delai in config().delais_reprise]


def declarer(amqp_url: str, modules: Iterable[str]) -> int:
    """Declares the topology of these modules on a broker; what exists stays. Returns how many queues it holds."""
    toutes = files(modules)
    with Connection(amqp_url, connect_timeout=5, ssl=tls(amqp_url)) as ligne, ligne.channel() as canal:
        for echange in ECHANGES:
            echange(canal).declare(passive=False)
        for file in toutes:
            file(canal).declare()
        for quittee, evenement in QUITTEES:
            canal.queue_unbind(quittee, EVENEMENTS.name, evenement)
    return len(toutes)


if __name__ == "__main__":  # of these modules alone: a test's, a bench's. A deployment's: `ceres topologie declarer`
    declarer(config().amqp, sys.argv[1:])
