"""`ceres topologie …`, `ceres bases …` and `ceres demo …`: what a deployment does before and after it starts."""

import importlib.util
import subprocess
import sys

import click
from sqlalchemy.exc import DBAPIError

from ceres.commandes import avancement, commande, exiger_bases, exiger_bus, exiger_reglage, groupe, services
from ceres.francais import INCOMPLET, Empechement, empechement_chez
from commun.bus import topology
from commun.config import config
from commun.storage.migrations import RevisionInadaptee, paquet_de
from commun.storage.migrations import migrer as migrer_une_base


@groupe("topologie")
def groupe_topologie() -> None:
    """Les échanges et les files de RabbitMQ."""


@commande(groupe_topologie, "declarer")
def declarer() -> None:
    """Déclare les échanges et les files qui manquent ; ce qui existe reste, avec ses messages.

    Ce qu'une file portait, ou aurait reçu, est remis à son écouteur par « ceres restauration rattraper ».
    """
    exiger_bus()
    click.echo(f"{topology.declarer(config().amqp, topology.modules())} files en place.")


@groupe("bases")
def groupe_bases() -> None:
    """Les bases de données, une par service."""


@commande(groupe_bases, "migrer")
@services()
def migrer(services: tuple[str, ...]) -> None:
    """Amène chaque base à sa dernière révision et redonne ses droits au rôle du service (ceres_<service>).

    Les services peuvent servir pendant ce temps. Il n'y a pas de retour en arrière, mais la version d'avant sait servir
    ces bases. DATABASE_URL_<SERVICE> doit être celle du propriétaire de la base, pas celle du service.
    """
    exiger_bases(services)
    with avancement("Bases migrées", len(services)) as une_de_plus:
        for service in services:
            try:
                sienne = migrer_une_base(paquet_de(service), config().base_de(service), f"ceres_{service}")
            except RevisionInadaptee as ecart:
                raise Empechement(f"La base de {service} est {ecart} pour cette version de CERES.", INCOMPLET) from None
            except DBAPIError as refus:
                raise empechement_chez(service, refus) from None
            etat = "à jour" if sienne else "en avance sur cette version, qui peut la servir : laissée telle quelle"
            click.echo(f"{service} : {etat}.")
            une_de_plus()


@groupe("demo")
def groupe_demo() -> None:
    """Les données de démonstration."""


@commande(groupe_demo, "charger")
def charger() -> int:
    """Charge la démonstration par l'API, une seule fois ; jamais en production."""
    if importlib.util.find_spec("demo") is None:
        raise Empechement("Cette image ne contient pas la démonstration.")
    exiger_reglage("CERES_URL", "l'adresse de CERES, « http://127.0.0.1:8000 »")
    exiger_bases(["gateway", "referentiel"])
    return subprocess.run([sys.executable, "-m", "demo"], check=False).returncode
