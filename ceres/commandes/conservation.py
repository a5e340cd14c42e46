"""`ceres conservation …`"""

import importlib
from collections.abc import Callable
from typing import Any

import click

from ceres.commandes import avancement, commande, exiger_adresses, exiger_bus, exiger_sa_base, groupe, services
from ceres.francais import INCOMPLET, Empechement, phrase_de
from commun.actes.conservation import ranger_noyau
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Refus
from commun.storage.migrations import paquet_de

_SANS_PERSONNE = ("referentiel",)


@groupe("conservation")
def groupe_conservation() -> None:
    """Ce qui est gardé trop longtemps s'en va : les délais sont des paramètres de la mission nationale."""


@commande(groupe_conservation, "appliquer")
@services()
def appliquer(services: tuple[str, ...]) -> int:
    """Applique maintenant les délais de conservation, ce que chaque service fait de lui-même, par heure ou par jour.

    Ce qui est échu est effacé ou anonymisé pour de bon.
    """
    exiger_bus(ecrire=True)
    exiger_adresses(services)
    refuses = 0
    with avancement("Services", len(services)) as un_de_plus:
        for service in services:
            try:
                exiger_sa_base(service)
                Acte.de_ceres(service).faire(_ranger(service))
                click.echo(f"{service} : fait.")
            except (Empechement, Refus) as refus:
                refuses += 1
                phrase = phrase_de(refus) if isinstance(refus, Refus) else refus.message
                click.echo(f"{service} : {phrase}", err=True)
            un_de_plus()
    return INCOMPLET if refuses else 0


def _ranger(service: str) -> Callable[..., Any]:
    """Returns the service's own command; one that holds nobody has only the kernel's tables to tidy."""
    if service in _SANS_PERSONNE:
        return ranger_noyau
    actes = importlib.import_module(f"{paquet_de(service)}.commands.conservation")
    commande_du_service: Callable[..., Any] = actes.ranger
    return commande_du_service
