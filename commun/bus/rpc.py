"""Calls between services: nameko's entrypoint with fast replies, and a client with deadlines.

One connection a process carries all its calls and, in a queue of its own, all its answers. Each call has a
deadline, and its message expires shortly before: what nobody waits for any more is not done later.
"""

import time
from contextlib import suppress
from functools import cache, cached_property
from inspect import Signature, signature
from typing import Any

import eventlet
import orjson
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from nameko.exceptions import IncorrectSignature
from nameko.rpc import Rpc, RpcConsumer

from commun.bus.appel import Appel
from commun.bus.broker import (
    PANNES,
    REPONSES,
    RPC,
    Envoi,
    Ligne,
    TropVolumineux,
    connexion,
    en_json,
    en_message,
    file_reponses,
    file_rpc,
    lacher,
    tient,
)
from commun.bus.consumer import Consommateur
from commun.bus.oreille import Oreille, adresse_neuve
from commun.config import config
from commun.domain.errors import (
    ErreurInterne,
    HorsDePortee,
    Indisponible,
    Invalide,
    NonAuthentifie,
    Refus,
    depuis_clair,
)
from commun.fils import repeter
from commun.spans import Portee, porter
from commun.storage.db import nouvel_id
from commun.telemetry import CLIENTS, Absence, faute, journal

_duree = cache(CLIENTS.labels)  # as `commun.telemetry` does
_AVANCE = 1.0
"""Seconds by which the broker drops a call before its caller gives up: it counts from when it has read it."""

_reponses = Ligne(confirmee=False)  # a lost reply is a deadline reached, and the command is idempotent


class _Guichet(RpcConsumer):
    """nameko's consumer on our queue, which answers without waiting for the broker."""

    queue_consumer = Consommateur()
    queue: Any

    def setup(self) -> None:
        if self.queue is None:
            self.queue = file_rpc(self.container.service_name)
            self.queue_consumer.register_provider(self)
            self._registered = True

    def handle_message(self, body: Any, message: Any) -> None:
        methode = message.delivery_info["routing_key"]
        try:
            self.get_provider_for_method(methode).handle_message(body, message)
        except Exception as erreur:  # a method that is not there, arguments that are not its own
            journal.error("appel_mal_forme", methode=methode, **faute(erreur))
            self.handle_result(message, None, (type(erreur), erreur, erreur.__traceback__))

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        corps = {"refus": _refus(exc_info[1]).en_clair()} if exc_info else {"resultat": result}
        methode = message.delivery_info["routing_key"]
        try:
            try:
                self._repondre(message, corps)
            except TypeError:  # a result that neither JSON nor the bus can carry
                journal.error("reponse_illisible", methode=methode)
                self._repondre(message, {"refus": ErreurInterne().en_clair()})
        except PANNES as panne:
            journal.error("reponse_perdue", methode=methode, panne=type(panne).__name__)
        self.queue_consumer.ack_message(message)
        return result, exc_info

    @staticmethod
    def _repondre(message: Any, corps: dict[str, Any]) -> None:
        if adresse := message.properties.get("reply_to"):
            numero = {"correlation_id": message.properties.get("correlation_id")}
            _reponses.publier(Envoi(corps, REPONSES.name, adresse, proprietes=numero))


class _Appelable(Rpc):
    rpc_consumer = _Guichet()

    @cached_property
    def _forme(self) -> Signature:
        return signature(getattr(self.container.service_cls, self.method_name))

    def check_signature(self, args: Any, kwargs: Any) -> None:
        """Checks a call's arguments as nameko does, without looking at the method anew each time."""
        try:
            self._forme.bind(None, *args, **kwargs)
        except TypeError as erreur:
            raise IncorrectSignature(str(erreur)) from erreur


rpc = _Appelable.decorator
"""Makes a method callable by other services, by name, with keyword arguments."""


def _refus(erreur: BaseException) -> Refus:
    return erreur if isinstance(erreur, Refus) else ErreurInterne()


class ClientRpc:
    """The process's caller. Safe for any number of greenlets."""

    def __init__(self) -> None:
        self._attendus: dict[str, Event] = {}
        self._verrou = Semaphore()
        self._pret = Event()
        self._lecteur: Any = None
        self._canal: Any = None
        self._adresse = ""
        self._absence = Absence("bus_perdu")
        self._oreille = Oreille()

    def appeler(self, service: str, methode: str, appel: Appel, **arguments: Any) -> Any:
        """Calls `service.methode` and returns its result.

        Args:
            appel: its `delai` is how long to wait, in seconds.

        Raises:
            Refus: as the callee said it.
            Invalide: the arguments are more than the bus can carry.
            Indisponible: nobody answers (`HorsDePortee` where nobody is there), or not in time; or the callee takes for
                nobody the actor that we say.
        """
        debut, issue = time.monotonic(), "panne"
        portee = Portee(f"{service}.{methode}", "CLIENT")
        try:
            reponse = self._demander(service, methode, appel, arguments, debut)
            if appel.jeton and "refus" in reponse and reponse["refus"]["code"] == NonAuthentifie.code:
                # its clock, its keys or ours are wrong: who is signed in has nothing to sign in for again
                journal.error("acteur_refuse", service=service, requete=appel.requete)
                raise Indisponible()
            issue = "refus" if "refus" in reponse else "fait"
        except Indisponible:  # nothing else says whose answer was waited for
            journal.warning("appel_sans_reponse", appelee=f"{service}.{methode}", requete=appel.requete)
            raise
        finally:
            _duree(f"{service}.{methode}", issue).observe(time.monotonic() - debut)
            portee.finir("panne" if issue == "panne" else "")
        if issue == "refus":
            raise depuis_clair(reponse["refus"])
        return reponse["resultat"]

    def _demander(
        self, service: str, methode: str, appel: Appel, arguments: dict[str, Any], debut: float
    ) -> dict[str, Any]:
        if appel.delai <= 0:  # nobody waits any more
            raise Indisponible()
        if self._lecteur is None:
            self._lecteur = eventlet.spawn(self._lire_sans_fin)
        limite, ordinaire = debut + appel.delai, config().delai_appel
        with eventlet.Timeout(limite - time.monotonic(), False):
            renonce = 0.0
            while True:
                self._attendre_le_bus(debut + min(appel.delai, ordinaire))
                renonce = renonce or time.monotonic() + min((limite - time.monotonic()) / 2, ordinaire)
                reponse = self._tenter(service, methode, appel, arguments, limite)
                if reponse is not None:
                    return reponse
                # Nobody listens: the service starts, or is dead. Half of what was left is given to a restart, of a
                # file's patience no more than another call has: it is the work that is long, not its absence.
                if time.monotonic() >= renonce:
                    raise HorsDePortee()
                eventlet.sleep(0.1)
        raise Indisponible()

    def _attendre_le_bus(self, limite: float) -> None:
        if not self._pret.ready():
            with eventlet.Timeout(max(limite - time.monotonic(), 0), Indisponible()):
                self._pret.wait()

    def _tenter(
        self, service: str, methode: str, appel: Appel, arguments: dict[str, Any], limite: float
    ) -> dict[str, Any] | None:
        """Returns the answer, `None` where no queue took the question, which says until when it is waited for."""
        numero, attendu = nouvel_id(), Event()
        self._attendus[numero] = attendu
        try:
            with self._verrou:
                texte = en_json({"args": [], "kwargs": arguments})
                reste = limite - time.monotonic()  # now: the line may have been waited for, and who writes on it
                en_tetes = appel.en_tetes() | {"ceres-delai": reste} | porter()
                proprietes = {
                    "reply_to": self._adresse,
                    "correlation_id": numero,
                    "expiration": str(max(1, int(max(reste / 2, reste - _AVANCE) * 1000))),
                }
                message = en_message(self._canal, texte, en_tetes, proprietes)
                self._canal.basic_publish(
                    message, exchange=RPC.name, routing_key=f"{service}.{methode}", mandatory=True
                )
            return attendu.wait()
        except TropVolumineux as trop:
            raise Invalide.au_champ("_schema", "Ce que vous envoyez est trop volumineux.") from trop
        except (*PANNES, AttributeError) as panne:
            raise Indisponible() from panne
        finally:
            self._attendus.pop(numero, None)

    def _lire_sans_fin(self) -> None:
        """Reads answers for ever, over a connection remade as often as it breaks."""
        pause = 0.1
        while True:
            try:
                self._ouvrir()
                self._absence.finir()
                pause = 0.1
                while tient(self._ligne, self._canal):
                    with suppress(TimeoutError):
                        self._ligne.drain_events(timeout=2)
                    self._ligne.heartbeat_check()
            except Exception as panne:  # not PANNES alone: without this greenlet no call would ever be answered again
                self._absence.constater(panne)
            self._rompre()
            eventlet.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _ouvrir(self) -> None:
        self._ligne = connexion(on_blocked=self._suspendre, on_unblocked=self._reprendre)
        self._ligne.connect()
        canal = self._ligne.channel()
        RPC(canal).declare()
        self._adresse = adresse_neuve()
        reponses = file_reponses(self._adresse)
        reponses(canal).declare()
        if not config().embarque:
            canal.events["basic_return"].add(self._noter_retour)
        canal.basic_consume(queue=reponses.name, no_ack=True, callback=self._recevoir, consumer_tag="reponses")
        self._canal, self._oreille.adresse = canal, self._adresse
        self._pret.send()

    def _suspendre(self, _raison: str) -> None:
        """The broker reads no more: what is written to it now would be done once it does, when nobody waits."""
        journal.warning("bus_sature")
        if self._pret.ready():
            self._pret = Event()

    def _reprendre(self) -> None:
        if not self._pret.ready():
            self._pret.send()

    def _recevoir(self, message: Any) -> None:
        self._oreille.entendre()
        if attendu := self._attendus.pop(message.properties.get("correlation_id", ""), None):
            attendu.send(orjson.loads(message.body))

    def _noter_retour(self, _erreur: Any, _echange: str, _cle: str, message: Any) -> None:
        if attendu := self._attendus.pop(message.properties.get("correlation_id", ""), None):
            attendu.send(None)

    def _rompre(self) -> None:
        """Forgets the broken connection; who waited for an answer over it learns so at once."""
        self._canal = None
        if self._pret.ready():  # else somebody waits for it
            self._pret = Event()
        attendus, self._attendus = self._attendus, {}
        for attendu in attendus.values():
            attendu.send_exception(Indisponible())
        lacher(self._ligne)


client = ClientRpc()


def garder_ligne_vivante() -> None:
    """Starts the heartbeats of the line that answers go out on."""
    repeter(4, _reponses.battre)
