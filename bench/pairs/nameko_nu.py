"""Calls by nameko as it comes: its entrypoint, its `RpcProxy`, its defaults.

`python -m bench.pairs.nameko_nu serveur`, or `… client SECONDS CALLERS…`; the broker is the one that `AMQP_URL` names.
"""

import eventlet

eventlet.monkey_patch()

import os
import sys
import time
from typing import Any

from nameko.extensions import Entrypoint
from nameko.rpc import RpcProxy, rpc
from nameko.runners import ServiceRunner


class Echo:
    """What answers."""

    name = "banc_nameko"

    @rpc
    def echo(self, texte: str) -> str:
        return texte


class _UneFois(Entrypoint):
    """Runs its method once the service has started, its queue of answers with it."""

    def start(self) -> None:
        eventlet.spawn_after(1, self.container.spawn_worker, self, (), {})


class Appelants:
    """What asks."""

    name = "banc_nameko_appelants"
    service = RpcProxy("banc_nameko")

    @_UneFois.decorator
    def appeler(self) -> None:
        duree = float(sys.argv[2])
        self.service.echo(texte="prêt")
        for nombre in map(int, sys.argv[3:]):
            faits, fin, avant = [0], time.monotonic() + duree, time.process_time()
            fils = [eventlet.spawn(self._sans_cesse, fin, faits) for _ in range(nombre)]
            for fil in fils:
                fil.wait()
            print(nombre, round(faits[0] / duree), round(1e6 * (time.process_time() - avant) / faits[0]), flush=True)
        os._exit(0)

    def _sans_cesse(self, fin: float, faits: list[int]) -> None:
        while time.monotonic() < fin:
            self.service.echo(texte="bonjour")
            faits[0] += 1


def lancer(*classes: type[Any]) -> None:
    """Runs these services until they are killed."""
    runner = ServiceRunner(config={"AMQP_URI": os.environ["AMQP_URL"]})
    for classe in classes:
        runner.add_service(classe)
    runner.start()
    runner.wait()


if __name__ == "__main__":
    lancer(Echo if sys.argv[1] == "serveur" else Appelants)
