"""Whether this process hears what the bus brings it: it writes to itself, and looks whether that comes (ADR 69).

What it believes of its lines is not asked: one may be open, and another read. Nor is how many read a queue: other
replicas count among them. What the broker has taken and does not bring is not heard, whatever the cause.
"""

from typing import Any, ClassVar

from amqp.exceptions import AccessRefused, NotFound
from kombu import Connection

from commun.bus.broker import PANNES, REPONSES, Envoi, Ligne, file_reponses, mon_utilisateur
from commun.config import config
from commun.fils import repeter
from commun.storage.db import nouvel_id
from commun.telemetry import Absence, journal

_TOUR = 10.0
"""Seconds between two messages to oneself."""

DOUTE, CERTITUDE = 3, 9
"""Messages in a row, taken by the broker and not heard, past which a process works no more, and past which to start
again is all that helps. A line that breaks, its queue of calls being on a lost node too (ADR 44), is remade before.
"""

_ligne = Ligne(confirmee=True)
_absence = Absence("oreille_en_attente")


class Oreille:
    """What a process hears itself with, on a line that it reads.

    Attributes:
        adresse: where it is written to; nowhere, until the line is read.
    """

    toutes: ClassVar[list["Oreille"]] = []

    def __init__(self) -> None:
        self.adresse = ""
        self.manques = 0
        self.toutes.append(self)

    def tendre(self, ligne: Connection) -> None:
        """Has a queue of its own read on this line, beside the others."""
        if config().embarque:
            return
        canal, adresse = ligne.channel(), adresse_neuve()
        file = file_reponses(adresse)
        try:
            file(canal).declare()
            canal.basic_consume(queue=file.name, no_ack=True, callback=self.entendre)
        except (AccessRefused, NotFound) as refus:  # whose rights are not all there: the queues are read all the same
            _absence.constater(refus)
            self.adresse, self.manques = "", 0
        else:
            self.adresse = adresse

    def entendre(self, _message: Any = None) -> None:
        """Notes that something came."""
        self.manques = 0


def adresse_neuve() -> str:
    """Returns where what is sent to this process comes to, on a line that it has just opened."""
    return f"{mon_utilisateur()}.{nouvel_id()}"


def ouvrir() -> None:
    """Writes to oneself from now on."""
    if not config().embarque:
        repeter(_TOUR, parler)


def parler() -> None:
    """Writes to each ear. Where the broker does not take it, nothing is known: it is away, or not to be written to."""
    tendues = [oreille for oreille in Oreille.toutes if oreille.adresse]
    if not tendues:
        return
    for oreille in tendues:
        oreille.manques += 1  # before: what comes may come sooner than the broker's word
    envois = [Envoi(None, REPONSES.name, o.adresse) for o in tendues]
    try:
        _ligne.publier_ensemble(envois)
    except PANNES as panne:
        _absence.constater(panne)
        for oreille in tendues:
            oreille.manques = 0
        return
    _absence.finir()
    if any(oreille.manques == DOUTE + 1 for oreille in tendues):
        journal.error("sourd")


def sourd(combien: int) -> bool:
    """Whether more than so many messages in a row, which the broker took, did not come back to this process."""
    return any(oreille.manques > combien for oreille in Oreille.toutes)
