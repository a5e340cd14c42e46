"""Dead letters: events that a listener could not handle, each try failed; kept until somebody replays them.

Replaying is safe: the listener's inbox knows what it has handled, so a message that is there twice has one effect.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kombu import Connection

from commun.bus.broker import RETOURS, connexion, en_message, file_morts, vue_de

_PERDUS_AU_RETOUR = ("ceres-raison", "ceres-ecouteur", "ceres-essai", "ceres-mort-le")
"""Headers that tell of the death; the others (request, day, trace) go back with the message."""
_RETOUR = 3.0
"""Seconds that a broker may take to give back what was read."""


@dataclass(frozen=True)
class Mort:
    """A message set aside."""

    message: Any

    @property
    def numero(self) -> str:
        return str(self.message.properties.get("message_id") or "")

    @property
    def ecouteur(self) -> str:
        """The queue it comes from, and would go back to."""
        return str(self.message.delivery_info["routing_key"])

    @property
    def en_tetes(self) -> dict[str, Any]:
        return dict(self.message.headers)

    @property
    def raison(self) -> str:
        """Why: a rule's code or an error's type; or what the broker itself saw."""
        return str(self.en_tetes.get("ceres-raison") or self._du_courtier.get("reason") or "")

    @property
    def depuis(self) -> str:
        """When, as the listener wrote it or, of what the broker itself set aside, as the broker did."""
        vu = self._du_courtier.get("time")
        vu_le = vu.replace(tzinfo=UTC).isoformat(timespec="seconds") if isinstance(vu, datetime) else ""
        return str(self.en_tetes.get("ceres-mort-le") or vu_le)

    @property
    def _du_courtier(self) -> dict[str, Any]:
        """What the broker says of the last time that it set this message aside."""
        return dict((self.en_tetes.get("x-death") or [{}])[0])

    @property
    def requete(self) -> str:
        return str(self.en_tetes.get("ceres-requete") or "")

    @property
    def corps(self) -> str:
        brut = self.message.body
        return brut.decode(errors="replace") if isinstance(brut, bytes) else str(brut)


class Morts:
    """The dead letters of services, over one connection. What is read and not replayed stays where it is."""

    def __init__(self, ligne: Connection) -> None:
        self._ligne = ligne
        self._rendu = False
        self._retires = 0
        self._sortie = ligne.channel()
        self._sortie.events["basic_return"].add(self._noter_retour)

    def compter(self, service: str) -> int:
        """Returns how many a service has; one that listens to nothing has no queue for them."""
        vue = vue_de(self._ligne, file_morts(service).name)
        return int(vue.message_count) if vue else 0

    def lire(self, *services: str) -> Iterator[Mort]:
        """Yields each one of these services that is there now; those that `rejouer` did not take are given back, once
        their service's have all been read."""
        for service in services:
            yield from self._du_service(service)

    def _du_service(self, service: str) -> Iterator[Mort]:
        presents, deja_retires = self.compter(service), self._retires
        with self._ligne.channel() as canal:
            for _ in range(presents):
                message = canal.basic_get(queue=file_morts(service).name)
                if message is None:
                    return
                yield Mort(message)
        self._attendre_le_retour(service, presents - (self._retires - deja_retires))

    def _attendre_le_retour(self, service: str, rendus: int) -> None:
        """Returns once those that were read and not taken are seen again: the broker gives them back a moment later,
        and who looks meanwhile, by the next command, would find none.
        """
        limite = time.monotonic() + _RETOUR
        while self.compter(service) < rendus and time.monotonic() < limite:
            time.sleep(0.02)

    def rejouer(self, mort: Mort) -> bool:
        """Sends a message back to its listener's queue, and only then takes it away from the dead letters.

        Returns:
            Whether it left: one without a number would come back at once, and a listener may be there no more.
        """
        if not mort.numero:
            return False
        en_tetes = {
            nom: v for nom, v in mort.en_tetes.items() if nom.startswith("ceres-") and nom not in _PERDUS_AU_RETOUR
        }
        self._rendu = False
        message = en_message(self._sortie, mort.corps, en_tetes, {"message_id": mort.numero})
        self._sortie.basic_publish_confirm(message, exchange=RETOURS.name, routing_key=mort.ecouteur, mandatory=True)
        if self._rendu:
            return False
        self.retirer(mort)
        return True

    def retirer(self, mort: Mort) -> None:
        """Takes a message away for good."""
        mort.message.channel.basic_ack(mort.message.delivery_tag)
        self._retires += 1

    def _noter_retour(self, *_: Any) -> None:
        self._rendu = True


@contextmanager
def ouvrir() -> Iterator[Morts]:
    """Opens the dead letters of the broker that `AMQP_URL` names, as the operator."""
    with connexion(confirm_publish=True) as ligne:
        ligne.connect()
        yield Morts(ligne)
