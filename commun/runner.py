"""Runs services: `python -m commun.runner services.jures.service [another.module …]`.

nameko's own command needs `pkg_resources`; this one does not, and drains on SIGTERM: it takes nothing new, ends what
it has begun, acknowledges it, and goes.
"""

import eventlet

eventlet.monkey_patch()

import importlib
import os
import signal
import sys
from typing import Any

from nameko.messaging import QueueConsumer
from nameko.runners import ServiceRunner

from commun import rpc
from commun.config import Config, config
from commun.telemetry import journal, ouvrir_journal

_DRAIN = 25
"""Seconds that SIGTERM leaves to what was begun."""


def drainer() -> None:
    """Makes nameko's consumers keep their connection until every delivered message is acknowledged.

    As shipped, nameko closes it while workers still run: their acks are lost and finished commands run again.
    """
    origine = {
        nom: getattr(QueueConsumer, nom)
        for nom in ("__init__", "handle_message", "ack_message", "requeue_message", "get_consumers")
    }

    def numero(message: Any) -> tuple[int, Any]:
        return id(message.channel), message.delivery_tag

    def init(self: Any) -> None:
        origine["__init__"](self)
        self.en_main = set()

    def handle_message(self: Any, provider: Any, body: Any, message: Any) -> None:
        self.en_main.add(numero(message))
        origine["handle_message"](self, provider, body, message)

    def rendre(nom: str) -> Any:
        def geste(self: Any, message: Any) -> None:
            try:
                origine[nom](self, message)
            finally:
                self.en_main.discard(numero(message))

        return geste

    def get_consumers(self: Any, consumer_cls: Any, channel: Any) -> Any:
        self.en_main.clear()  # after a reconnection the broker has taken everything back
        return origine["get_consumers"](self, consumer_cls, channel)

    def on_iteration(self: Any) -> None:
        self._cancel_consumers_if_requested()
        if not self._consumers and not self.en_main:
            self.should_stop = True

    QueueConsumer.__init__ = init
    QueueConsumer.handle_message = handle_message
    QueueConsumer.ack_message = rendre("ack_message")
    QueueConsumer.requeue_message = rendre("requeue_message")
    QueueConsumer.get_consumers = get_consumers
    QueueConsumer.on_iteration = on_iteration


def reglages(conf: Config) -> dict[str, Any]:
    """Returns nameko's own configuration."""
    return {
        "AMQP_URI": conf.amqp,
        "HEARTBEAT": 10,
        "max_workers": conf.ouvriers,
        "WEB_SERVER_ADDRESS": f"{conf.adresse}:{conf.port}",
    }


def lancer(modules: list[str]) -> None:
    """Runs every service class of these modules until SIGTERM or SIGINT."""
    conf = config()
    ouvrir_journal(conf.journal)
    drainer()
    if conf.embarque:
        from commun import embedded_bus

        embedded_bus.installer()
    runner = ServiceRunner(config=reglages(conf))
    classes = [classe for module in modules for classe in importlib.import_module(module).SERVICES]
    for classe in classes:
        runner.add_service(classe)

    def arreter(*_: Any) -> None:
        eventlet.spawn_after(_DRAIN, os._exit, 1)  # `runner.kill` waits for a broker that may not come back
        eventlet.spawn(runner.stop)

    signal.signal(signal.SIGTERM, arreter)
    signal.signal(signal.SIGINT, arreter)
    runner.start()
    rpc.garder_ligne_vivante()
    if conf.port_exploitation:
        from commun import health

        health.ouvrir(conf.port_exploitation, dict.fromkeys(c.name.removesuffix("_gardes") for c in classes))
    journal.info("pret", services=[c.name for c in classes])
    runner.wait()


if __name__ == "__main__":
    lancer(sys.argv[1:])
