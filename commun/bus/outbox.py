"""The relay of the outbox: what a transaction put there leaves for the bus, in order, confirmed, at least once.

Rows are taken by `publie_le IS NULL … FOR UPDATE SKIP LOCKED`, never by « id > last », which loses late commits;
any number of replicas may run it.
"""

import time
from operator import itemgetter
from typing import Any, ClassVar

import eventlet
import sqlalchemy as sa
from eventlet.event import Event

from commun.bus.broker import EVENEMENTS, Envoi, Ligne
from commun.spans import EN_TETE, portee, porter
from commun.storage.db import moteur
from commun.storage.requetes import parmi
from commun.storage.tables import outbox
from commun.telemetry import AGE_OUTBOX, PUBLIES, Absence, journal

_LOT = 100
_RONDE = 1.0
"""Seconds between two looks at the table when nobody wakes the relay: another replica's rows, a broker back."""
PAS = 0.02
"""Seconds, at least, between two departures: what comes meanwhile leaves together (ADR 73)."""


_en_attente = (
    sa.select(outbox.c.id)
    .where(outbox.c.publie_le.is_(None), ~parmi(outbox.c.evenement, "retardes"))
    .order_by(outbox.c.id)
    .limit(_LOT)
    .with_for_update(skip_locked=True)
    .cte()
)
_PARTIES = (
    outbox.update()
    .where(outbox.c.id == _en_attente.c.id)
    .values(publie_le=sa.func.clock_timestamp())
    .returning(outbox.c.id, outbox.c.evenement, outbox.c.corps, outbox.c.en_tetes)
)
"""Those that wait leave: it is true once they are confirmed, or undone with the transaction."""
_RESTENT = outbox.update().where(parmi(outbox.c.id)).values(publie_le=None)
_AGE = (
    sa.select(sa.func.extract("epoch", sa.func.now() - outbox.c.cree_le))
    .where(outbox.c.publie_le.is_(None))
    .order_by(outbox.c.id)
    .limit(1)
)
"""Seconds since the oldest event not yet published, those that nobody listens to included."""


class Relais:
    """The relay of one service's outbox."""

    _tous: ClassVar[dict[str, "Relais"]] = {}

    @classmethod
    def de(cls, service: str) -> "Relais":
        """Returns the process's relay for `service`."""
        return cls._tous.setdefault(service, cls(service))

    def __init__(self, service: str) -> None:
        self._service = service
        self._ligne = Ligne(confirmee=True)
        self._reveil = Event()
        self._fil: Any = None
        self._arret = False
        self._sans_ecouteur: dict[str, float] = {}
        self._age_lu = 0.0
        self._absence = Absence("relais_en_attente")

    def demarrer(self) -> None:
        """Starts the relay in a greenlet; its errors are logged and tried again, never fatal."""
        self._arret = False
        self._fil = eventlet.spawn(self._tourner)

    def arreter(self) -> None:
        """Publishes what is left, then stops."""
        self._arret = True
        self.reveiller()
        if self._fil is not None:
            with eventlet.Timeout(5, False):
                self._fil.wait()

    def reveiller(self) -> None:
        """Says that a transaction has just put something in."""
        if not self._reveil.ready():
            self._reveil.send()

    def _tourner(self) -> None:
        while True:
            derniere = self._arret  # read before the round: what is committed by now leaves in it
            self._reveil = Event()
            try:
                while (parties := self.publier_un_lot()) == _LOT:
                    pass
                self._absence.finir()
                self._ligne.battre()
                if parties:
                    eventlet.sleep(PAS)
            except Exception as panne:  # whatever it is, events must leave once it is over
                self._absence.constater(panne, relais=self._service)
                eventlet.sleep(0.5)
            if derniere:
                return
            with eventlet.Timeout(_RONDE, False):
                self._reveil.wait()

    def publier_un_lot(self) -> int:
        """Publishes up to a hundred rows. Returns how many it found."""
        retardes = [e for e, essai in self._sans_ecouteur.items() if time.monotonic() < essai]
        with moteur(self._service).begin() as db:
            if time.monotonic() - self._age_lu > _RONDE:  # first: a bus that takes nothing ends this transaction
                self._age_lu = time.monotonic()
                AGE_OUTBOX.labels(self._service).set(db.scalar(_AGE) or 0)
            prises = db.execute(_PARTIES, {"retardes": retardes}).mappings()
            lignes = sorted((dict(ligne) for ligne in prises), key=itemgetter("id"))
            restent = self._envoyer(lignes) if lignes else []
            if restent:
                db.execute(_RESTENT, {"ids": restent})
            PUBLIES.labels(self._service).inc(len(lignes) - len(restent))
        return len(lignes)

    def _envoyer(self, lignes: list[dict[str, Any]]) -> list[str]:
        """Publishes rows together: the broker's word is waited for once. Returns the ids of those no queue took."""
        pris = self._ligne.publier_ensemble([_envoi(ligne) for ligne in lignes])
        orphelins = {ligne["evenement"] for ligne, prise in zip(lignes, pris, strict=True) if not prise}
        for evenement in orphelins:  # kept and tried again, while other events go on
            self._sans_ecouteur[evenement] = time.monotonic() + 5
            journal.error("evenement_sans_ecouteur", evenement=evenement)
        return [ligne["id"] for ligne, prise in zip(lignes, pris, strict=True) if not prise]


def _envoi(ligne: dict[str, Any]) -> Envoi:
    evenement = ligne["evenement"]
    with portee(evenement, ligne["en_tetes"].get(EN_TETE)):
        en_tetes = ligne["en_tetes"] | porter()
    numero = {"message_id": ligne["id"]}
    return Envoi(ligne["corps"], EVENEMENTS.name, evenement, en_tetes, mandatory=True, proprietes=numero)
