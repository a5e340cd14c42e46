"""A plain caller of services over the bus: kombu alone, so that no test process needs eventlet."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from kombu import Connection

from commun.bus.appel import Appel
from commun.bus.broker import file_reponses


@dataclass
class Refuse(Exception):
    """What the service refused, as it said it."""

    clair: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.clair["code"])

    def __str__(self) -> str:
        return str(self.clair)


class SansReponse(Exception):
    """Nobody answered in time."""


class Rpc:
    """Calls services: one after the other (`appeler`), or many at once (`envoyer`, then `attendre`)."""

    def __init__(self, amqp_url: str) -> None:
        self._ligne = Connection(amqp_url, connect_timeout=5)
        self._ligne.connect()
        self._canal = self._ligne.channel()
        self._adresse = f"{self._ligne.userid}.{uuid.uuid4()}"
        file_reponses(self._adresse)(self._canal).declare()
        self._canal.basic_consume(queue=f"reponses.{self._adresse}", no_ack=True, callback=self._recevoir)
        self._canal.events["basic_return"].add(self._noter_retour)
        self._reponses: dict[str, Any] = {}

    def fermer(self) -> None:
        self._ligne.release()

    def __enter__(self) -> "Rpc":
        return self

    def __exit__(self, *_: object) -> None:
        self.fermer()

    def appeler(self, service: str, methode: str, appel: Appel | None = None, **arguments: Any) -> Any:
        """Calls `service.methode` and returns its result.

        Raises:
            Refuse: the service refused.
            SansReponse: nobody answered in `appel.delai` seconds, or nobody listens.
        """
        appel = appel or Appel("essai", delai=10)
        return self.attendre(self.envoyer(service, methode, appel, **arguments), appel.delai)

    def appeler_quand_pret(self, service: str, methode: str, secondes: float, **arguments: Any) -> Any:
        """Calls a service that is starting, until it answers."""
        limite = time.monotonic() + secondes
        while True:
            try:
                return self.appeler(service, methode, Appel("essai", delai=1), **arguments)
            except SansReponse:
                if time.monotonic() > limite:
                    raise
                time.sleep(0.05)

    def envoyer(self, service: str, methode: str, appel: Appel, **arguments: Any) -> str:
        """Sends a call; returns its number, to `attendre`."""
        return self.envoyer_brut(
            f"{service}.{methode}",
            orjson.dumps({"args": [], "kwargs": arguments}),
            headers=appel.en_tetes(),
            expiration=str(int(appel.delai * 1000)),
        )

    def envoyer_brut(self, cle: str, corps: bytes, **proprietes: Any) -> str:
        """Sends whatever a service may receive."""
        numero, en_tetes = str(uuid.uuid4()), proprietes.pop("headers", {})
        proprietes = {"reply_to": self._adresse, "correlation_id": numero} | proprietes
        message = self._canal.prepare_message(
            corps, content_type="application/json", content_encoding="utf-8", headers=en_tetes, properties=proprietes
        )
        self._canal.basic_publish(message, exchange="ceres.rpc", routing_key=cle, mandatory=True)
        return numero

    def attendre(self, numero: str, secondes: float = 10) -> Any:
        """Returns the result of a call that was sent."""
        limite = time.monotonic() + secondes
        while numero not in self._reponses:
            reste = limite - time.monotonic()
            if reste <= 0:
                raise SansReponse()
            try:
                self._ligne.drain_events(timeout=reste)
            except TimeoutError:
                continue
        reponse = self._reponses.pop(numero)
        if reponse is None:
            raise SansReponse()
        if "refus" in reponse:
            raise Refuse(reponse["refus"])
        return reponse["resultat"]

    def _recevoir(self, message: Any) -> None:
        self._reponses[message.properties["correlation_id"]] = orjson.loads(message.body)

    def _noter_retour(self, _erreur: Any, _echange: str, _cle: str, message: Any) -> None:
        self._reponses[message.properties["correlation_id"]] = None
