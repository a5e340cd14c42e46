"""Listening to events: each handled once, tried again after a while, set aside when nothing helps, never lost.

nameko's own handler acknowledges a message even when the handler raised. Here a message is acknowledged when its
effect is committed, or when it waits in a delay queue, or when it lies in the service's dead-letter queue. One that
failed because what it needs was away is not at fault: it waits until that is back (ADR 53).
"""

from functools import partial
from typing import Any, NamedTuple

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint

from commun import clock
from commun.bus.broker import ATTENTE, MORTS, RETOURS, Envoi, cle_attente, file_evenements
from commun.bus.consumer import Consommateur
from commun.bus.renvois import REPOS, renvois
from commun.config import config
from commun.domain.errors import BaseAbsente, HorsDePortee, Refus
from commun.telemetry import EVENEMENTS, journal

_PAUSE, _SANS_BASE = 0.05, 1.0
"""Seconds that a failure keeps its place: what fails again and again, fast, leaves the processor to those who work; and
that it does where this process has no base: quicker to fail than others to do it, it would empty the queue for them.
"""


class Recu(NamedTuple):
    """An event as a listener gets it: its number, the queue it came by, its body."""

    message_id: str
    ecouteur: str
    corps: Any


class Ecouteur(Entrypoint):
    """An entrypoint that handles an event, or several of one body.

    Args:
        evenements: « service.evenement_passe », the routing keys.
        file: the queue, « service.sujet »; it outlives any renaming of the method.

    The method gets a `Recu`: what `Acte.consommer` takes.
    """

    queue_consumer = Consommateur()

    def __init__(self, *evenements: str, file: str, **options: Any) -> None:
        self.evenements = evenements
        self.ecouteur = file
        self._arret = Event()
        super().__init__(**options)

    def setup(self) -> None:
        self.queue = file_evenements(self.ecouteur, *self.evenements)
        self.queue.no_declare = True  # the topology step did, as the operator: a service has no right to
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        if not self._arret.ready():
            self._arret.send()
        self.queue_consumer.unregister_provider(self)

    def handle_message(self, body: Any, message: Any) -> None:
        message_id = message.properties.get("message_id")
        if not message_id:
            journal.error("evenement_sans_numero", ecouteur=self.ecouteur)
            self.queue_consumer.reject_message(message)
            return
        recu = Recu(message_id, self.ecouteur, body)
        self.queue_consumer.places_evenements.acquire()
        self.container.spawn_worker(
            self, (recu,), {}, context_data=dict(message.headers), handle_result=partial(self.conclure, message)
        )

    def conclure(self, message: Any, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Acknowledges what is done, and has sent what failed to wait or to be set aside: its worker does not wait."""
        liberer = self.queue_consumer.places_evenements.release
        if exc_info is None:
            liberer()
            EVENEMENTS.labels(self.ecouteur, "fait").inc()
            self.queue_consumer.ack_message(message)
            return result, None
        eventlet.spawn_after(_SANS_BASE if isinstance(exc_info[1], BaseAbsente) else _PAUSE, liberer)
        eventlet.spawn(self._rendre, message, *self._suite(message, exc_info[1]))
        return None, exc_info

    def _rendre(self, message: Any, suite: Envoi, dans: float) -> None:
        """Acknowledges what failed once a queue has taken it; this process waits itself where it has to (`dans`).

        It is kept in hand as long as the broker reads nothing, for want of disk or of memory: given back, it would come
        again at once, and the broker set aside at the sixth time what only waits for a base (ADR 53).
        """
        if dans:
            eventlet.spawn_after(dans, renvois.publier, suite)
            self.queue_consumer.ack_message(message)
            return
        while (pris := renvois.publier(suite)) is None and message.channel.connection and not self._arret.ready():
            with eventlet.Timeout(REPOS, False):
                self._arret.wait()
        if pris:
            self.queue_consumer.ack_message(message)
            return
        if pris is False:
            journal.error("renvoi_refuse", ecouteur=self.ecouteur)
        self.queue_consumer.requeue_message(message)  # the broker itself sets aside what comes back too often

    def _suite(self, message: Any, echec: BaseException) -> tuple[Envoi, float]:
        """Returns where what failed goes: to wait, or aside once it has had its tries; and in how long, where the bus
        has no queue to wait in.
        """
        essai = message.headers.get("ceres-essai")
        essai = max(essai, 0) if isinstance(essai, int) else 0
        epuise = essai >= len(config().delais_reprise) and not isinstance(echec, HorsDePortee)
        raison = echec.code if isinstance(echec, Refus) else type(echec).__name__
        EVENEMENTS.labels(self.ecouteur, "mort" if epuise else "remis").inc()
        dit = "evenement_mort" if epuise else "evenement_remis"
        journal.error(dit, ecouteur=self.ecouteur, essai=essai, raison=raison)
        return (self._a_part(message, raison), 0.0) if epuise else self._en_attente(message, essai, echec)

    def _en_attente(self, message: Any, essai: int, echec: BaseException) -> tuple[Envoi, float]:
        delais = config().delais_reprise
        suivant, delai = essai + 1, delais[min(essai, len(delais) - 1)]
        if isinstance(echec, BaseAbsente):
            suivant, delai = essai, delais[0]  # others may have theirs: it is for whoever takes it next
        if isinstance(echec, HorsDePortee):
            suivant = min(suivant, len(delais) - 1)  # once that is back, it has tries left
        en_tetes = {**message.headers, "ceres-essai": suivant}
        cle = cle_attente(delai, self.ecouteur)
        if config().embarque:  # the in-memory bus has no delay queues: the process itself waits
            return _envoi(message, RETOURS.name, cle, en_tetes), delai
        return _envoi(message, ATTENTE.name, cle, en_tetes), 0.0

    def _a_part(self, message: Any, raison: str) -> Envoi:
        mort_le = clock.maintenant().isoformat(timespec="seconds")
        en_tetes = {
            **message.headers,
            "ceres-ecouteur": self.ecouteur,
            "ceres-raison": raison,
            "ceres-mort-le": mort_le,
        }
        en_tetes.pop("ceres-essai", None)
        return _envoi(message, MORTS.name, self.ecouteur, en_tetes)


def _envoi(message: Any, echange: str, cle: str, en_tetes: dict[str, Any]) -> Envoi:
    """Returns a message again, under its number; the broker confirms, and drops, what no queue is there for."""
    propres = {nom: v for nom, v in en_tetes.items() if nom.startswith("ceres-")}
    numero = {"message_id": message.properties["message_id"]}
    return Envoi(message.payload, echange, cle, propres, mandatory=True, proprietes=numero)


on_event = Ecouteur.decorator
