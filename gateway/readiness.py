"""Whether the gateway can serve: its database, the bus, and every service once.

A service that dies later is shown here, but does not take the gateway out: the other pages go on.
"""

import time
from contextlib import suppress

import eventlet
from eventlet.semaphore import Semaphore

from commun.bus.broker import PANNES, file_rpc, sur_une_ligne, vue_de
from commun.config import config
from commun.health import base_a_jour, bus_joignable
from commun.health import examiner as interroger
from gateway.api.table import SERVICES

Verdict = tuple[bool, dict[str, str]]

_PATIENCE = 2
_FRAICHEUR = 1.0
"""Seconds that a verdict holds: it opens lines to the base and to the bus, and anybody may ask for it."""
_un_a_la_fois = Semaphore(1)
_vus: set[str] = set()
_VU = "gateway"
_rendu: tuple[float, Verdict] | None = None


def examiner() -> Verdict:
    """Returns whether requests may come, and one verdict a dependency, as they were a moment ago."""
    global _rendu
    with _un_a_la_fois:
        if _rendu is None or time.monotonic() - _rendu[0] > _FRAICHEUR:
            verdict = _examiner()
            _rendu = time.monotonic(), verdict
        return _rendu[1]


def _examiner() -> Verdict:
    verdicts = interroger({"base gateway": base_a_jour("gateway", "gateway"), "bus": bus_joignable})
    propres = all(verdict == "ok" for verdict in verdicts.values())
    fils = {service: eventlet.spawn(_ecoute, service) for service in SERVICES if propres}
    for service in SERVICES:
        present = service in fils and fils[service].wait()
        verdicts[f"service {service}"] = "ok" if present else "absent"
        if present:
            _vus.add(service)
    return propres and _vus >= set(SERVICES), verdicts


def servir() -> Verdict:
    """Returns whether requests may come: once they may, they may for as long as the process lives.

    PostgreSQL or the bus out of reach is so for every gateway. Were they all taken out, people would read the bare 503
    of the proxy in front, instead of the page that says in French what goes on.
    """
    if _VU in _vus:
        return True, {}
    pret, verdicts = examiner()
    if pret:
        _vus.add(_VU)
    return pret, verdicts


def _ecoute(service: str) -> bool:
    """Whether somebody takes calls for `service`: its queue goes with its last consumer."""
    if config().embarque:
        return True
    # of a queue whose node is gone RabbitMQ says nothing for more than a minute: this would hold a worker, each time
    with suppress(*PANNES, eventlet.Timeout):
        vue = sur_une_ligne(lambda ligne: vue_de(ligne, file_rpc(service).name), _PATIENCE)
        return vue is not None and vue.consumer_count > 0
    return False
