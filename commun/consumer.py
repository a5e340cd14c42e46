"""What a service reads its queues with: nameko's consumer, made to lose no acknowledgement and no message.

As shipped, nameko closes the connection while workers still run (their acks are lost and finished commands run again),
and acknowledges, that is drops, a message that it cannot decode.
"""

from collections.abc import Callable
from typing import Any

from eventlet.semaphore import Semaphore
from nameko.messaging import QueueConsumer

from commun.bus import PANNES, rendre_declarable
from commun.telemetry import journal

_TOUR = 0.2
"""Seconds between two looks at whether the service stops, which takes three of them."""


class Consommateur(QueueConsumer):
    """The consumer of a service: one connection for all its queues, kept until every message in hand is given back.

    Attributes:
        places_evenements: what events may take of the workers. The rest is for calls: events that fail slowly, all
            waiting for one lock, would else take every worker, and people would wait behind them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._en_main: set[tuple[int, Any]] = set()

    def setup(self) -> None:
        super().setup()
        self.places_evenements = Semaphore(max(1, self.container.max_workers // 2))

    def run(self, _tokens: int = 1, **options: Any) -> None:
        super().run(_tokens, safety_interval=_TOUR, **options)

    def unregister_provider(self, provider: Any) -> None:
        if not self._last_provider_unregistered.ready():  # stopped as it starts, each provider would say it again
            super().unregister_provider(provider)

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        self._en_main.add(_numero(message))
        super().handle_message(provider, body, message)

    def ack_message(self, message: Any) -> None:
        self._rendre(message, super().ack_message)

    def requeue_message(self, message: Any) -> None:
        self._rendre(message, super().requeue_message)

    def reject_message(self, message: Any) -> None:
        """Sends to the queue's dead letters, where it has some, what cannot be handled at all."""
        self._rendre(message, lambda refuse: refuse.reject())

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        journal.error("message_illisible", cle=message.delivery_info["routing_key"], type=type(exc).__name__)
        self.reject_message(message)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        self._en_main.clear()  # after a reconnection the broker has taken everything back
        for file in {provider.queue for provider in self._providers if provider.queue.auto_delete}:
            rendre_declarable(file)
        return super().get_consumers(consumer_cls, channel)

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._en_main:
            self.should_stop = True

    def _rendre(self, message: Any, geste: Callable[[Any], None]) -> None:
        try:
            geste(message)
        except PANNES:
            pass  # the line has just gone: the broker takes the message back, and what was done is known as done
        finally:
            self._en_main.discard(_numero(message))


def _numero(message: Any) -> tuple[int, Any]:
    return id(message.channel), message.delivery_tag
