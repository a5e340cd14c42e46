"""What a service reads its queues with: nameko's consumer, made to lose no acknowledgement and no message.

As shipped, nameko closes the connection while workers still run (their acks are lost and finished commands run again),
and acknowledges, that is drops, a message that it cannot decode. It waits for thirty seconds between two looks for a
broker that has been away for minutes, and reads none of its queues where one is not there, or is refused to it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import eventlet
from amqp.exceptions import AccessRefused, NotFound, RecoverableConnectionError
from eventlet.semaphore import Semaphore
from kombu import Connection, Consumer, Queue
from nameko.messaging import QueueConsumer

from commun.bus.broker import PANNES, connexion, rendre_declarable, tient
from commun.bus.oreille import Oreille
from commun.config import config
from commun.telemetry import Absence, journal

manquent: dict[str, str] = {}
"""The queues that this process should read and does not, each with what the broker says of it."""

_TOUR = 0.2
"""Seconds between two looks at whether the service stops, which takes three of them."""

_REPRISE = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": 2}
"""Seconds between two looks for a broker that does not answer: who comes back late keeps everybody waiting (P4)."""

_RENDUE = 10
"""Seconds that the broker may take to have a queue read. It waits for more than a minute for one that was lost just
now, and cuts the line half a minute later, which says nothing meanwhile.
"""

_REVUE = 5
"""Seconds between two looks for a queue that is not there."""

_CHEMIN, _CHEMIN_AU_PLUS = 5, 60
"""Seconds after which what leads to the queues of calls is made anew on a new line, then twice as long each time, and
how long at most: it was seen lost in those that follow the loss of a node.
"""

_SOMMEIL, _DOUTE = 2.0, 1.0
"""Seconds without a look at the queues by which a process learns that it was stopped, and for which it then doubts."""


class Consommateur(QueueConsumer):
    """The consumer of a service: one connection for all its queues, kept until every message in hand is given back.

    Attributes:
        places_evenements: what events may take of the workers: an eighth. The rest is for calls: a process that
            handles many events at once hears no more of them, and whoever calls it shares its core with each (ADR 16).
    """

    def __init__(self) -> None:
        super().__init__()
        self._en_main: set[tuple[int, Any]] = set()
        self._sans_file: set[Any] = set()
        self._revue = self._vu = self._doute = self._refection = self._pause = 0.0
        self._canal: Any = None
        self._absence = Absence("files_perdues")
        self._oreille = Oreille()

    def setup(self) -> None:
        super().setup()
        self.places_evenements = Semaphore(max(1, self.container.max_workers // 8))

    def run(self, _tokens: int = 1, **options: Any) -> None:
        super().run(_tokens, safety_interval=_TOUR, **options)

    def unregister_provider(self, provider: Any) -> None:
        if not self._last_provider_unregistered.ready():  # stopped as it starts, each provider would say it again
            super().unregister_provider(provider)

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        """Has a message handled; a call read as the process wakes may have lain there until nobody waits for it: the
        broker, who knows, drops it then, or brings it again.
        """
        self._en_main.add(_numero(message))
        self._regarder_l_heure()
        perissable = "expiration" in message.properties and not message.delivery_info.get("redelivered", True)
        if perissable and self._vu < self._doute:
            self.requeue_message(message)
        else:
            super().handle_message(provider, body, message)

    def _regarder_l_heure(self) -> None:
        avant, self._vu = self._vu, time.monotonic()
        if self._vu - avant > _SOMMEIL:
            self._doute = self._vu + _DOUTE

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

    def _rendre(self, message: Any, geste: Callable[[Any], None]) -> None:
        try:
            geste(message)
        except PANNES:
            pass  # the line has just gone: the broker takes the message back, and what was done is known as done
        finally:
            self._en_main.discard(_numero(message))

    # -- the queues ---------------------------------------------------------------------------------------------

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        self._ligne, self._canal = channel.connection.client, channel
        self._pause, self._refection = _CHEMIN, time.monotonic() + _CHEMIN
        for file in {provider.queue for provider in self._providers if provider.queue.auto_delete}:
            with suppress(AccessRefused):  # said below
                rendre_declarable(file)
        self._consumers = {provider: consumer_cls(queues=[]) for provider in self._providers}
        self._sans_file = {provider for provider in self._providers if not self._lire(provider)}
        if self._providers:  # with none, this line is left at once
            self._oreille.tendre(self._ligne)
        return self._consumers.values()

    def _lire(self, provider: Any) -> bool:
        """Reads a queue on a channel of its own, which is all that the broker closes where it is not there, or refused.

        Returns:
            Whether it is read.
        """
        canal, file = self._ligne.channel(), provider.queue
        try:
            with self._a_temps(file):
                vers = partial(self.handle_message, provider)
                lecteur = Consumer(
                    canal, [file], callbacks=[vers], accept=self.accept, on_decode_error=self.on_decode_error
                )
                lecteur.qos(prefetch_count=self.prefetch_count)
                lecteur.consume()
        except (NotFound, AccessRefused) as refus:
            if file.name not in manquent:
                evenement = "file_absente" if isinstance(refus, NotFound) else "file_refusee"
                journal.error(evenement, file=file.name, raison=refus.reply_text)
            manquent[file.name] = refus.reply_text
            with self._a_temps(file):
                canal.close()  # what the broker closes, amqp opens again: one more at each look, until none is left
            return False
        manquent.pop(file.name, None)
        self._consumers[provider] = lecteur
        return True

    def on_iteration(self) -> None:
        if self._canal is not None and not tient(self._ligne, self._canal):
            raise RecoverableConnectionError("La ligne s'est rompue.")
        self._regarder_l_heure()
        self._cancel_consumers_if_requested()
        if self._sans_file and time.monotonic() > self._revue:
            self._chercher_les_absentes()
        if time.monotonic() > self._refection and not config().embarque:
            self._refaire_les_chemins()
        if not self._consumers and not self._en_main:
            self.should_stop = True

    def _chercher_les_absentes(self) -> None:
        self._revue = time.monotonic() + _REVUE
        self._sans_file -= {p for p in self._sans_file & self._consumers.keys() if self._lire(p)}  # but the stopped

    def _refaire_les_chemins(self) -> None:
        self._pause = min(self._pause * 2, _CHEMIN_AU_PLUS)
        self._refection = time.monotonic() + self._pause
        for provider in self._consumers.keys() - self._sans_file:
            if provider.queue.auto_delete:
                self._refaire_ceux_de(*self._consumers[provider].queues)

    def _refaire_ceux_de(self, file: Queue) -> None:
        """Has what is called come to us still. A broker that loses a node may lose the ways to a queue, or the queue,
        without a word to who reads it; a way that it has half lost, it believes is there until it is undone (ADR 44).
        """
        with self._a_temps(file):
            try:
                for chemin in file.bindings:
                    chemin.unbind(file)  # the other leads there meanwhile
                    chemin.bind(file)
            except NotFound as perdue:
                raise RecoverableConnectionError(f"« {file.name} » n'est plus là.") from perdue

    @contextmanager
    def _a_temps(self, file: Queue) -> Iterator[None]:
        """Leaves a line on which a queue keeps us waiting: lost between two looks, it is made again on another."""
        try:
            with eventlet.Timeout(_RENDUE):
                yield
        except eventlet.Timeout as trop:
            self._ligne.connection.collect()  # without a goodbye, that the broker would not answer
            raise RecoverableConnectionError(f"« {file.name} » ne se lit pas.") from trop

    # -- the line -----------------------------------------------------------------------------------------------

    def create_connection(self) -> Connection:
        return connexion()

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as ligne:
            ligne.ensure_connection(self.on_connection_error, **_REPRISE)
            yield ligne

    def consume(self, *arguments: Any, **options: Any) -> Iterator[None]:
        try:
            yield from super().consume(*arguments, **options)
        except PANNES as panne:  # kombu comes back for another; what it says of it is kept silent
            self.on_connection_error(panne, 0)
            raise

    def on_connection_error(self, exc: Exception, _interval: float) -> None:
        self._absence.constater(exc)

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **options: Any) -> None:
        self._absence.finir()
        super().on_consume_ready(connection, channel, consumers, **options)


def _numero(message: Any) -> tuple[int, Any]:
    """Returns what names a message in hand: it holds its channel, whose id is another's only once it is given back."""
    return id(message.channel), message.delivery_tag
