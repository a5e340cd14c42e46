"""RabbitMQ as the kernel uses it: a line to publish on, and the names of what is declared there.

kombu speaks to both RabbitMQ and its in-memory twin, so the embedded bus runs the same code.
"""

import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import eventlet
import orjson
from amqp.exceptions import AMQPError, MessageNacked, NotFound, PreconditionFailed
from eventlet.semaphore import Semaphore
from kombu import Connection, Exchange, Queue, binding
from kombu.exceptions import OperationalError
from kombu.serialization import register
from kombu.transport import pyamqp

from commun.bus import droits
from commun.config import ReglageFaux, config
from commun.fils import au_plus

# orjson behind kombu's own « json »: same content type, so that nothing on the bus changes.
register("json", lambda objet: orjson.dumps(objet).decode(), orjson.loads, "application/json", "utf-8")


class _Connexion(pyamqp.Connection):
    """py-amqp's, told by a broker short of memory or disk that it reads no more (« connection.blocked »).

    Where it may be told so, py-amqp reads from the socket before each publication: for nothing, or in the middle of the
    frame that another greenlet is reading. What was negotiated is therefore forgotten once the broker knows it.
    """

    def _on_start(self, *arguments: Any, **nommes: Any) -> None:
        super()._on_start(*arguments, **nommes)
        self.client_properties.get("capabilities", {}).pop("connection.blocked", None)


pyamqp.Transport.Connection = _Connexion

# Passive: the topology step alone declares them, and a service has no right to.
ECHANGES = tuple(Exchange(nom, type="topic", durable=True, passive=True) for nom in droits.ECHANGES)
EVENEMENTS, RPC, REPONSES, ATTENTE, RETOURS, MORTS = ECHANGES
_SURE = {
    "x-queue-type": "quorum",  # keeps each message on its disk, whatever the message asks
    "x-delivery-limit": 5,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",  # without it, « at-least-once » silently becomes at-most-once
}
PANNES = (OSError, AMQPError, MessageNacked, OperationalError)
"""What a broker out of reach, or one that refuses, raises."""

MESSAGE_MAX = 16_000_000
"""Bytes of a message: RabbitMQ cuts the connection of who sends it more than 16 MiB."""

_PATIENCE = 5
"""Seconds that a broker may take to read a message, or to confirm it."""


class TropVolumineux(TypeError):
    """JSON could carry it, the bus could not."""


def en_json(corps: Any) -> str:
    """Returns what travels on the bus. Keys may be numbers (the errors of a list) or a library's own strings.

    Raises:
        TypeError: JSON cannot carry this, or the bus (`TropVolumineux`).
    """
    octets = orjson.dumps(corps, option=orjson.OPT_NON_STR_KEYS)
    if len(octets) > MESSAGE_MAX:
        raise TropVolumineux()
    return octets.decode()


def en_message(canal: Any, texte: str, en_tetes: dict[str, Any], proprietes: dict[str, Any]) -> Any:
    """Returns what a channel publishes: a text in JSON, our headers (`ceres-…`), AMQP's properties."""
    return canal.prepare_message(
        texte, content_type="application/json", content_encoding="utf-8", headers=en_tetes, properties=proprietes
    )


def file_rpc(service: str) -> Queue:
    """Returns the request queue of a service. It goes with its last consumer: callers then see that none is left. Two
    ways lead to it, told apart by their arguments: one is there while the other is made anew (ADR 44).
    """
    sortes: tuple[dict[str, Any], ...] = ({}, {"double": True})
    chemins = [binding(RPC, f"{service}.*", arguments=sorte, unbind_arguments=sorte) for sorte in sortes]
    return Queue(f"rpc.{service}", chemins, durable=True, auto_delete=True)


def file_reponses(adresse: str) -> Queue:
    """Returns the queue of the answers sent to this address; it goes with its connection."""
    return Queue(f"reponses.{adresse}", REPONSES, routing_key=adresse, durable=False, exclusive=True, auto_delete=True)


def file_evenements(ecouteur: str, *evenements: str) -> Queue:
    """Returns the queue of a listener, named after the listener, never after a method: a renaming loses nothing."""
    morts = {"x-dead-letter-exchange": MORTS.name, "x-dead-letter-routing-key": ecouteur}
    liens = [binding(EVENEMENTS, routing_key=evenement) for evenement in evenements]
    retours = binding(RETOURS, routing_key=f"#.{ecouteur}")
    return Queue(ecouteur, [*liens, retours], durable=True, queue_arguments={**_SURE, **morts})


def file_morts(service: str) -> Queue:
    """Returns where a service's messages are set aside when every try failed.

    Without a limit of deliveries: each look at them is one, and the broker's own limit would drop them.
    """
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": -1}
    return Queue(f"{service}.morts", MORTS, routing_key=f"{service}.*", durable=True, queue_arguments=arguments)


def attente(delai: float) -> Queue:
    """Returns the queue where a message waits `delai` seconds before it goes back to its own."""
    nom = f"{ATTENTE.name}.{delai:g}s"
    retour = {**_SURE, "x-message-ttl": int(delai * 1000), "x-dead-letter-exchange": RETOURS.name}
    retour.pop("x-delivery-limit")
    return Queue(nom, ATTENTE, routing_key=f"{delai:g}s.#", durable=True, queue_arguments=retour)


def cle_attente(delai: float, ecouteur: str) -> str:
    """Returns the routing key of a message that must be back at its listener's in `delai` seconds."""
    return f"{delai:g}s.{ecouteur}"


def connexion(*, confirm_publish: bool = False, **rappels: Callable[..., None]) -> Connection:
    """Returns a new, unconnected line to the broker. `rappels`: `on_blocked`, `on_unblocked`."""
    options: dict[str, Any] = {}
    if not config().embarque:
        options = {"confirm_publish": confirm_publish, **rappels}
    adresse = config().amqp
    return Connection(adresse, ssl=tls(adresse), heartbeat=10, connect_timeout=3, transport_options=options)


def rendre_declarable(file: Queue) -> None:
    """Has a queue that goes with its last consumer made again elsewhere, where the node that it lives on is gone.

    RabbitMQ keeps it for when that node comes back, and until then has whoever declares it wait for more than a minute,
    then refuses (404). One that is in use is left as it is: whoever was quicker has already made it again.
    """
    if config().embarque:
        return
    with suppress(NotFound, eventlet.Timeout):
        sur_une_ligne(lambda ligne: file(ligne.channel()).declare())
        return
    with suppress(PreconditionFailed, eventlet.Timeout):
        sur_une_ligne(lambda ligne: ligne.channel().queue_delete(queue=file.name, if_unused=True))


def vue_de(ligne: Any, file: str) -> Any:
    """Returns what the broker says of a queue (`message_count`, `consumer_count`), `None` where it is not there.

    Asked on a channel of its own, which the broker closes where it is not. Who gives up meanwhile leaves it open: it is
    not closed before the broker has answered, which for a queue whose node is gone takes it more than a minute.
    """
    canal = ligne.channel()
    try:
        vue = canal.queue_declare(queue=file, passive=True)
    except NotFound:
        return None
    canal.close()
    return vue


def sur_une_ligne(geste: Callable[[Connection], Any], patience: float = _PATIENCE) -> Any:
    """Does something on a line of its own, then dropped: one that waits for a dead queue cannot even be closed.

    Raises:
        eventlet.Timeout: after `patience` seconds.
    """
    ligne = connexion()
    try:
        with eventlet.Timeout(patience):
            return geste(ligne)
    finally:
        lacher(ligne)


def tient(ligne: Connection, canal: Any) -> bool:
    """Whether a line is the one that this channel is of. Where it breaks as another greenlet writes on it, kombu opens
    another by itself, on which nothing is read: who reads would be deaf for ever.
    """
    return bool(ligne.connected) and ligne.connection is canal.connection


def lacher(ligne: Connection) -> None:
    """Closes a line, whatever becomes of it: where nothing is heard of the broker any more, its goodbye would be waited
    for without end, and with it whoever is to open the next one.
    """
    with suppress(Exception), eventlet.Timeout(1, False):
        ligne.release()


def tls(adresse: str) -> dict[str, Any] | None:
    """Returns how the certificate of an amqps:// broker is checked, its name with it; `None` on a plain line.

    Without this, amqp would accept from any host a certificate that the system trusts.
    """
    lieu = urlsplit(adresse)
    if lieu.scheme != "amqps":
        return None
    return {"ca_certs": _autorite(config().bus_ac), "server_hostname": lieu.hostname}


@cache
def _autorite(fichier: str) -> str | None:
    """Returns the file of the authority that the broker's certificate is checked by; `None` for the system's.

    Raises:
        ReglageFaux: it holds none, or is not there: the broker would be said not to answer.
    """
    if not fichier:
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(fichier)
    except OSError:
        raise ReglageFaux(f"CERES_BUS_AC={fichier!r} n'est pas un fichier de certificats, ou n'est pas là.") from None
    return fichier


def mon_utilisateur() -> str:
    """Returns the RabbitMQ user that this process is."""
    return Connection(config().amqp).userid or "local"


@dataclass(frozen=True)
class Envoi:
    """A message to publish. `proprietes`: AMQP's; `mandatory` needs a `message_id` where several leave together."""

    corps: Any
    echange: str
    cle: str
    en_tetes: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = False
    proprietes: dict[str, Any] = field(default_factory=dict)


class Ligne:
    """A connection kept for publishing, shared by every greenlet of the process and remade when it breaks.

    Args:
        confirmee: whether each publication waits for the broker's word. Without it, who publishes has another way
            to know (an RPC has its deadline).
    """

    def __init__(self, *, confirmee: bool) -> None:
        self._confirmee = confirmee
        self._verrou = Semaphore()  # two at once would each take the broker's word on the other's for its own
        self._canal: Any = None
        self._rendus: set[Any] = set()
        self._attendus: set[int] = set()
        self._refuse = False
        self._dernier = 0

    def publier(self, envoi: Envoi) -> bool:
        """Publishes a message, its body as JSON.

        Returns:
            Whether a queue took it; always true of an unconfirmed or not `mandatory` publication.

        Raises:
            one of `PANNES`: the broker cannot be reached.
        """
        return self.publier_ensemble([envoi])[0]

    def publier_ensemble(self, envois: Sequence[Envoi]) -> list[bool]:
        """Publishes messages and waits once for the broker's word on all of them: see `publier`, each in its place."""
        textes = [en_json(envoi.corps) for envoi in envois]
        with self._verrou:
            with suppress(*PANNES):
                return self._tenter(envois, textes)
            return self._tenter(envois, textes)  # on another line: the one kept may have broken long ago

    def _tenter(self, envois: Sequence[Envoi], textes: Sequence[str]) -> list[bool]:
        try:
            return self._envoyer(envois, textes)
        except PANNES:
            self.fermer()
            raise

    def _envoyer(self, envois: Sequence[Envoi], textes: Sequence[str]) -> list[bool]:
        canal = self._canal or self._ouvrir()
        self._rendus, self._refuse = set(), False
        for envoi, texte in zip(envois, textes, strict=True):
            message = en_message(canal, texte, envoi.en_tetes, dict(envoi.proprietes))
            self._dernier += 1
            if self._confirmee and not config().embarque:
                self._attendus.add(self._dernier)
            canal.basic_publish(
                message, exchange=envoi.echange, routing_key=envoi.cle, mandatory=envoi.mandatory, timeout=_PATIENCE
            )
        self._attendre()
        return [envoi.proprietes.get("message_id") not in self._rendus for envoi in envois]

    def _attendre(self) -> None:
        """Waits for the broker's word on what has left; at each of its heartbeats py-amqp would wait as long again."""
        limite = time.monotonic() + _PATIENCE
        with au_plus(_PATIENCE, lambda _: TimeoutError("Le bus ne confirme pas.")):
            while self._attendus:
                self._ligne.drain_events(timeout=max(limite - time.monotonic(), 0.001))
        if self._refuse:
            raise MessageNacked()

    def _ouvrir(self) -> Any:
        self._ligne = connexion()
        # kombu tries twice, with a rest between: the relay's transaction would end before, and PostgreSQL be accused
        with au_plus(_PATIENCE, lambda _: TimeoutError("Le bus ne répond pas.")):
            self._ligne.connect()
            canal = self._ligne.channel()
        self._attendus, self._dernier = set(), 0
        if not config().embarque:
            canal.events["basic_return"].add(self._noter_retour)
            if self._confirmee:
                canal.events["basic_ack"].add(self._noter_pris)
                canal.events["basic_nack"].add(self._noter_refus)
                canal.confirm_select()
        self._canal = canal
        return canal

    def _noter_retour(self, _erreur: Any, _echange: str, _cle: str, message: Any) -> None:
        self._rendus.add(message.properties.get("message_id"))

    def _noter_pris(self, numero: int, plusieurs: bool) -> None:
        self._attendus = {n for n in self._attendus if n > numero} if plusieurs else self._attendus - {numero}

    def _noter_refus(self, numero: int, plusieurs: bool) -> None:
        self._refuse = True
        self._noter_pris(numero, plusieurs)

    def battre(self) -> None:
        """Keeps the line alive: the broker closes one that says nothing for two heartbeats."""
        with self._verrou:
            if self._canal is not None and not config().embarque:
                try:
                    self._ligne.heartbeat_check()
                    self._ligne.drain_events(timeout=0.01)
                except TimeoutError:
                    pass
                except PANNES:
                    self.fermer()

    def fermer(self) -> None:
        """Drops the line; the next publication opens another."""
        if self._canal is not None:
            self._canal = None
            lacher(self._ligne)
