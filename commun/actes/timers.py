"""What CERES does by itself, now and then: once each time, however many replicas of the service run.

nameko's own timer fires in every replica.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import eventlet
import sqlalchemy as sa
from nameko.timer import Timer
from sqlalchemy.dialects.postgresql import insert

from commun.storage.db import moteur
from commun.storage.tables import minuteries
from commun.telemetry import compter_depuis_zero, journal, nom_de, refus_de

_REPRISE = 300
"""Seconds before what died or failed in its turn is begun again, where its pace is slower: what it waits for is not
left to the next day, and what would have each process die in its turn does not take them one after the other."""


class _Echec(Exception):
    """What the turn was for did not get done, and said why itself."""


class Minuterie(Timer):
    """An entrypoint that fires every `chaque` seconds in one replica, never twice at the same time.

    The method takes nothing but `self`; `commun.actes.methodes.minuterie` makes the one that runs a command.

    Args:
        chaque: seconds between two runs; after a stop of all replicas, one run makes up for those that were missed.
    """

    def __init__(self, chaque: float, **options: Any) -> None:
        self.chaque = chaque
        super().__init__(interval=min(chaque / 4, 15), **options)

    def setup(self) -> None:
        super().setup()
        compter_depuis_zero(f"{self.container.service_name}.{self.method_name}")

    def _run(self) -> None:
        """Looks now, then every `interval` seconds. nameko counts them on the clock of the day: put back an hour, it
        kept every timer still for that hour; put forward, it looked without a pause until it had caught up.
        """
        while True:
            debut = time.monotonic()
            self.handle_timer_tick()
            self.worker_complete.wait()
            self.worker_complete.reset()
            with eventlet.Timeout(max(self.interval - (time.monotonic() - debut), 0), False):
                self.should_stop.wait()
                return

    def handle_timer_tick(self) -> None:
        service = self.container.service_name
        try:
            with tour(service, f"{service}.{self.method_name}", self.chaque) as le_mien:
                if le_mien:
                    super().handle_timer_tick()
                    if self.worker_complete.wait():
                        raise _Echec
        except _Echec:
            return
        except Exception as panne:  # the next look will do better: a base out of reach must not end the service
            dits = {"panne": nom_de(panne), "raison": refus_de(panne)}
            journal.warning("minuterie_en_attente", minuterie=self.method_name, **dits)
        if not self.worker_complete.ready():
            self.worker_complete.send()

    def handle_result(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        self.worker_complete.send(exc_info is not None)
        return result, exc_info


@contextmanager
def tour(service: str, nom: str, chaque: float) -> Iterator[bool]:
    """Says whether it is time, and this process's turn, to run `nom`; holds the turn as long as the block runs.

    The lock goes with the connection: what a process that dies in its turn has begun, another takes up a moment later,
    as it does what the block fails at.
    """
    with moteur(service).connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        if not db.scalar(sa.select(sa.func.pg_try_advisory_lock(sa.func.hashtextextended(nom, 0)))):
            yield False
            return
        try:
            dans, cadence = timedelta(seconds=min(chaque, _REPRISE)), timedelta(seconds=chaque)
            pose = insert(minuteries).values(nom=nom, prochaine=sa.func.now() + dans)
            # further than one pace: noted by a clock that ran ahead, and was put right since
            echue = (minuteries.c.prochaine <= sa.func.now()) | (minuteries.c.prochaine > sa.func.now() + cadence)
            pose = pose.on_conflict_do_update(
                index_elements=["nom"], set_={"prochaine": pose.excluded.prochaine}, where=echue
            )
            si_coupe = db.scalar(pose.returning(minuteries.c.prochaine))
            yield si_coupe is not None
            if si_coupe is not None:
                fini = minuteries.update().where(minuteries.c.nom == nom)
                db.execute(fini.values(prochaine=si_coupe - dans + cadence))
        finally:
            if not db.invalidated:  # else the lock went with the connection, and what broke it is what is said
                db.execute(sa.select(sa.func.pg_advisory_unlock(sa.func.hashtextextended(nom, 0))))


timer = Minuterie.decorator
