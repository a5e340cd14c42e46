"""Declares every exchange and queue before anyone publishes: an event sent before its queue exists would vanish."""

import importlib
import inspect
import sys
from collections.abc import Iterable

from kombu import Connection

from commun.bus import EVENEMENTS, RPC, attente, file_evenements, file_morts
from commun.config import config
from commun.inbox import Ecouteur


def ecouteurs(modules: Iterable[str]) -> list[tuple[str, str]]:
    """Returns `(queue, evenement)` of every listener in these service modules."""
    trouves = []
    for nom in modules:
        for classe in importlib.import_module(nom).SERVICES:
            for _, methode in inspect.getmembers(classe, inspect.isfunction):
                entrees = getattr(methode, "nameko_entrypoints", ())
                trouves += [(e.ecouteur, e.evenement) for e in entrees if isinstance(e, Ecouteur)]
    return sorted(trouves)


def declarer(amqp_url: str, modules: Iterable[str]) -> int:
    """Declares the topology of these modules on a broker; what exists stays. Returns how many queues it holds."""
    if amqp_url.startswith("memory:"):
        return 0
    attentes = [attente(delai) for delai in config().delais_reprise]
    files = [file_evenements(file, evenement) for file, evenement in ecouteurs(modules)]
    files += [file_morts(nom) for nom in sorted({file.name for file in files})]
    with Connection(amqp_url, connect_timeout=5) as ligne, ligne.channel() as canal:
        for echange in (EVENEMENTS, RPC, *(e for e, _ in attentes)):
            echange(canal).declare()
        for file in (*(f for _, f in attentes), *files):
            file(canal).declare()
    return len(files)


if __name__ == "__main__":
    sys.stdout.write(f"{declarer(config().amqp, sys.argv[1:])} files déclarées\n")
