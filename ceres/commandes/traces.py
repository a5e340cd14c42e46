"""`ceres traces …`"""

import click

from ceres.commandes import avancement, commande, exiger_bases, groupe, services
from ceres.francais import INCOMPLET
from commun import audit

_DOSSIER = click.option(
    "--dossier",
    metavar="DOSSIER",
    default="",
    help="Où sont les sceaux écrits hors des bases (sinon, CERES_DOSSIER_SCEAUX).",
)


@groupe("traces")
def groupe_traces() -> None:
    """Ce qui a été fait, par qui : des lignes chaînées, que rien ne doit changer."""


@commande(groupe_traces, "verifier")
@services()
@_DOSSIER
def verifier(services: tuple[str, ...], dossier: str) -> int:
    """Vérifie chaque chaîne de traces et chaque sceau ; nomme la première ligne fausse de chacune."""
    return _pour_chacun("verifier", services, dossier)


@commande(groupe_traces, "sceller")
@services()
@_DOSSIER
def sceller(services: tuple[str, ...], dossier: str) -> int:
    """Scelle l'état de toutes les chaînes, et écrit les sceaux dans le dossier."""
    return _pour_chacun("sceller", services, dossier)


def _pour_chacun(ordre: str, services: tuple[str, ...], dossier: str) -> int:
    exiger_bases(services)
    mauvais = 0
    with avancement("Services", len(services)) as un_de_plus:
        for service in services:
            mauvais += audit.principal(ordre, service, dossier, dire=click.echo)
            un_de_plus()
    return INCOMPLET if mauvais else 0
