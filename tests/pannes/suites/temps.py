"""What CERES does by itself as days go by, done as on a day that its timers do not see."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from commun.actes.conservation import ranger_noyau
from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from gateway.commands import conservation as des_comptes
from services.candidats.commands import conservation as des_candidats
from services.jures.commands import conservation as des_jures
from services.notifications.commands import avertissements, echeances
from services.notifications.commands import conservation as des_messages
from services.sessions.commands import alertes, suivre
from services.sessions.commands import conservation as des_sessions
from tests.outils.bases import au_service
from tests.outils.rpc import Rpc

if TYPE_CHECKING:
    from tests.pannes.suites.pays import Pays

Minuteries = tuple[tuple[str, Callable[..., Any]], ...]
DU_JOUR: Minuteries = (
    ("notifications", echeances.suivre_fins),
    ("notifications", avertissements.avertir),
    ("sessions", alertes.revoir_les_alertes),
    ("sessions", suivre.revoir_les_jurys),
)
CONSERVATION: Minuteries = (
    ("referentiel", ranger_noyau),
    ("candidats", des_candidats.ranger),
    ("jures", des_jures.ranger),
    ("sessions", des_sessions.ranger),
    ("notifications", des_messages.ranger),
    ("gateway", des_comptes.ranger),
)


class _Tour(Acte):
    """The turn of a timer, whose questions are asked from here."""

    rpc: Rpc

    def demander(self, question: Question) -> Any:
        return self.rpc.appeler(question.service, question.methode, self.appel.suivant(30), **question.arguments)


def passer(pays: "Pays", jour: date, minuteries: Minuteries = DU_JOUR) -> None:
    """Has these done on a day, each until it has nothing left to do, once what they make known is heard."""
    with Rpc(pays.pile.bus()) as rpc:
        for service, commande in minuteries:
            with au_service(service, pays.pile.bases[service].url):
                tour = _Tour(service, Appel("suite:temps", date_simulee=jour), systeme=True)
                tour.rpc = rpc
                while tour.faire(commande) and commande is avertissements.avertir:
                    pass
    pays.attendre_le_calme()
