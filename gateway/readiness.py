"""Whether the gateway can serve: its database, the bus, and every service once.

A service that dies later is shown here, but does not take the gateway out: the other pages go on.
"""

from amqp.exceptions import NotFound

from commun.bus import connexion
from commun.config import config
from commun.health import base_a_jour, bus_joignable
from commun.health import examiner as interroger
from gateway.api.table import SERVICES

_vus: set[str] = set()


def examiner() -> tuple[bool, dict[str, str]]:
    """Returns whether requests may come, and one verdict a dependency."""
    verdicts = interroger({"base gateway": base_a_jour("gateway", "gateway"), "bus": bus_joignable})
    propres = all(verdict == "ok" for verdict in verdicts.values())
    for service in SERVICES:
        present = propres and _ecoute(service)
        verdicts[f"service {service}"] = "ok" if present else "absent"
        if present:
            _vus.add(service)
    return propres and _vus == set(SERVICES), verdicts


def _ecoute(service: str) -> bool:
    """Whether somebody takes calls for `service`: its queue goes with its last consumer."""
    if config().embarque:
        return True
    try:
        with connexion() as ligne, ligne.channel() as canal:
            return canal.queue_declare(queue=f"rpc.{service}", passive=True).consumer_count > 0
    except NotFound:
        return False
