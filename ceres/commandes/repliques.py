"""`ceres repliques …`"""

import click

from ceres.commandes import avancement, commande, exiger_bus, groupe, services
from ceres.francais import INCOMPLET
from commun.bus.appel import Appel
from commun.bus.rpc import client
from commun.domain.errors import Refus
from commun.domain.textes import accorder
from commun.storage.db import nouvel_id

_QUI_REPOND = {"gateway": "gateway_gardes"}
"""Who has the copies of a service rebuilt, where it is not its own class: the gateway's answers HTTP alone."""
_EN_CLAIR = {"agrements": "agréments", "etablissements": "établissements", "resultats": "résultats"}
_PATIENCE = 1_700.0
"""Seconds for one service: RabbitMQ takes a call for lost half an hour after it gave it, and gives it again."""


@groupe("repliques")
def groupe_repliques() -> None:
    """Les copies que chaque service garde de ce que les autres possèdent."""


@commande(groupe_repliques, "reconstruire")
@services()
def reconstruire(services: tuple[str, ...]) -> int:
    """Remplit de nouveau les copies depuis leurs sources, service par service.

    Le service continue de servir, et ceux qu'il copie doivent répondre : une ligne suit la version de sa source, jamais
    l'ordre d'arrivée. Une demi-heure au plus par service. Relancée, elle ne change plus rien.
    """
    exiger_bus(ecrire=True)
    refuses = 0
    with avancement("Copies reconstruites", len(services)) as une_de_plus:
        for service in services:
            try:
                appel = Appel(nouvel_id(), delai=_PATIENCE)
                recus = client.appeler(_QUI_REPOND.get(service, service), "reconstruire_repliques", appel)
            except Refus as refus:
                refuses += 1
                click.echo(f"{service} : {refus.detail}", err=True)
            else:
                details = recus if isinstance(recus, dict) else {"éléments": recus}
                click.echo(f"{service} : {', '.join(_dit(nom, n) for nom, n in details.items())}")
            une_de_plus()
    return INCOMPLET if refuses else 0


def _dit(copie: str, nombre: int) -> str:
    """Returns how many there are of a copy, which a service names as its code does."""
    return accorder(f"{nombre} {_EN_CLAIR.get(copie, copie).removesuffix('s')}(s)")
