"""Runs services: `python -m commun.runner services.jures.service [another.module …]`.

nameko's own command needs `pkg_resources`; this one does not, and drains on SIGTERM: it takes nothing new, ends what
it has begun, acknowledges it (`commun.bus.consumer`), and goes.
"""

import eventlet

if __name__ == "__main__":  # before anything else is imported; who only imports this module keeps its own sockets
    eventlet.monkey_patch()

import gc
import importlib
import os
import resource
import signal
import socket
import sys
from functools import partial
from typing import Any

from eventlet import patcher, tpool
from eventlet.event import Event

from commun.imports import sans

with sans("yaml"):  # 1 MB of each process, for messages that we write in JSON
    from nameko.runners import ServiceRunner

_POSTGRESQL = "sqlalchemy.dialects.postgresql"
with sans(vides=[f"{_POSTGRESQL}.{pilote}" for pilote in ("asyncpg", "pg8000", "psycopg2", "psycopg2cffi")]):
    importlib.import_module(_POSTGRESQL)  # 0.5 MB of each process, for drivers that are not ours

from commun import mesures, spans
from commun.bus import rpc, topology
from commun.bus.acteur import exiger_cles
from commun.bus.broker import tls
from commun.config import Config, ReglageFaux, config
from commun.telemetry import journal, ouvrir_journal

_DRAIN = 25
"""Seconds that SIGTERM leaves to what was begun."""

_DEPART = 3
"""Seconds of them that it leaves to a start, to end: nameko, stopped as it starts, goes on reading some of its queues.
One that waits for a broker is stopped all the same.
"""


def reglages(conf: Config) -> dict[str, Any]:
    """Returns nameko's own configuration."""
    return {
        "AMQP_URI": conf.amqp,
        "AMQP_SSL": tls(conf.amqp),
        "HEARTBEAT": 10,
        "max_workers": conf.ouvriers,
        "WEB_SERVER_ADDRESS": f"{conf.adresse}:{conf.port}",
    }


def _exiger_adresse(adresse: str) -> None:
    """Sees that this process may listen there.

    Raises:
        ReglageFaux: no port of it could be opened.
    """
    try:
        eventlet.listen((adresse, 0)).close()
    except (OSError, UnicodeError):  # a name too long to be one is an error of encoding
        raise ReglageFaux(f"CERES_ADRESSE={adresse!r} n'est pas une adresse IPv4 de cette machine.") from None


def _resoudre_a_part() -> None:
    """Has names resolved by the system in a thread: in the loop they would hold every request, and eventlet's own
    resolver is 7 MB of each process.
    """
    socket.getaddrinfo = partial(tpool.execute, patcher.original("socket").getaddrinfo)


def menager_le_ramasse_miettes() -> None:
    """Has the collector leave alone what was loaded to serve, which lives as long as the process (ADR 58)."""
    gc.collect()
    gc.freeze()


def _ceder_au_signal(runner: ServiceRunner, commence: Event) -> None:
    """Has SIGTERM and SIGINT drain this process, and end it where that lasts. A second one changes nothing: told again
    to stop, nameko leaves its end half done, and the process stays until `_DRAIN`.
    """
    dit = False

    def finir() -> None:
        with eventlet.Timeout(_DEPART, False):
            commence.wait()
        runner.stop()

    def arreter(*_: Any) -> None:
        nonlocal dit
        if dit:
            return
        dit = True
        eventlet.spawn_after(_DRAIN, os._exit, 1)  # `runner.kill` waits for a broker that may not come back
        eventlet.spawn(finir)

    signal.signal(signal.SIGTERM, arreter)
    signal.signal(signal.SIGINT, arreter)


def _ouvrir_l_exploitation(port: int, modules: list[str], classes: list[Any], commence: Event) -> None:
    """Answers probes, and who reads the measures. `commence`: sent once services are read."""
    from commun import health

    paquets = {c.name.removesuffix("_gardes"): c.__module__.removesuffix(".service") for c in classes}
    health.ouvrir(port, paquets, commence.ready)
    mesures.ouvrir(list(paquets), topology.ecouteurs(modules))


def _prendre_les_descripteurs() -> None:
    """Lets this process hold as many lines as the system leaves it: most give it a thousand first, and a gateway has
    two thousand open pages at most, and who asks beside them.
    """
    _, permis = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (permis, permis))


def lancer(modules: list[str]) -> None:
    """Runs every service class of these modules until SIGTERM or SIGINT."""
    conf = config()
    _prendre_les_descripteurs()
    _exiger_adresse(conf.adresse)
    exiger_cles(conf.cle_publique, conf.cle_privee)
    _resoudre_a_part()
    ouvrir_journal(conf.journal)
    if conf.embarque:
        from commun.bus import embedded

        embedded.installer()
        topology.declarer(conf.amqp, modules)
    runner = ServiceRunner(config=reglages(conf))
    classes = [classe for module in modules for classe in importlib.import_module(module).SERVICES]
    spans.ouvrir(classes[0].name if len(modules) == 1 else "ceres")
    for classe in classes:
        runner.add_service(classe)
    commence = Event()
    _ceder_au_signal(runner, commence)
    if conf.port_exploitation:  # before `start`, which waits for the broker: who answers no probe meanwhile is killed
        _ouvrir_l_exploitation(conf.port_exploitation, modules, classes, commence)
    runner.start()
    rpc.garder_ligne_vivante()
    commence.send()
    menager_le_ramasse_miettes()
    journal.info("pret", services=[c.name for c in classes])
    runner.wait()
    spans.fermer()


if __name__ == "__main__":
    lancer(sys.argv[1:])
