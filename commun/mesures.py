"""What a process measures of itself and of its queues, for the operations port.

Beside these: calls, events and waits for a connection (`commun.telemetry`), HTTP requests (`gateway.app`), counted
where they happen.
"""

import time
from collections.abc import Callable
from contextlib import suppress

import eventlet
from kombu import Connection
from prometheus_client import Gauge, Histogram

from commun.bus.broker import PANNES, attente, file_morts, sur_une_ligne, vue_de
from commun.config import config
from commun.fils import repeter
from commun.storage.db import moteur

_TOUR = 0.25
_RELEVE = 10.0

RETARD = Histogram(
    "ceres_boucle_retard_secondes",
    "How late the process's one loop runs what is due: something holds it without yielding",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
CONNEXIONS = Gauge("ceres_base_connexions", "Connections of the pool in use", ["base"])
FILES = Gauge("ceres_file_messages", "Events waiting for a listener, or for the next try of one", ["file"])
ECOUTEURS = Gauge("ceres_file_ecouteurs", "Processes that listen to a queue: 0 where it is not there too", ["file"])
MORTS = Gauge("ceres_messages_morts", "Events set aside: every try failed", ["service"])


def ouvrir(services: list[str], ecouteurs: list[tuple[str, str]]) -> None:
    """Measures from now on, in greenlets. `ecouteurs`: as `topology.ecouteurs` returns them."""
    for service in services:
        CONNEXIONS.labels(service).set_function(_occupees(service))
    eventlet.spawn(_mesurer_le_retard)
    files = sorted({file for file, _ in ecouteurs})
    if files and not config().embarque:
        for file in files:  # nobody, until seen otherwise: who waits for the broker is to be missed
            ECOUTEURS.labels(file).set(0)
        repeter(_RELEVE, lambda: relever(files))


def relever(files: list[str]) -> None:
    """Counts what waits in these queues, between two tries, and in their services' dead letters; and who listens."""
    with suppress(*PANNES, eventlet.Timeout):
        sur_une_ligne(lambda ligne: _relever(ligne, files), _RELEVE)


def _relever(ligne: Connection, files: list[str]) -> None:
    for file in files:
        messages, ecouteurs = _compter(ligne, file)
        FILES.labels(file).set(messages)
        ECOUTEURS.labels(file).set(ecouteurs)
    for file in (attente(delai).name for delai in config().delais_reprise):
        FILES.labels(file).set(_compter(ligne, file)[0])
    for service in sorted({file.split(".")[0] for file in files}):
        MORTS.labels(service).set(_compter(ligne, file_morts(service).name)[0])


def _compter(ligne: Connection, file: str) -> tuple[int, int]:
    """Returns how many messages and listeners a queue has. The others are still counted where one is not there."""
    vue = vue_de(ligne, file)
    return (vue.message_count, vue.consumer_count) if vue else (0, 0)


def _occupees(service: str) -> Callable[[], float]:
    return lambda: moteur(service).pool.checkedout()  # type: ignore[attr-defined]


def _mesurer_le_retard() -> None:
    while True:
        debut = time.monotonic()
        eventlet.sleep(_TOUR)
        RETARD.observe(max(time.monotonic() - debut - _TOUR, 0))
