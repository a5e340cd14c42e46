"""`ceres traces …`"""

from collections.abc import Callable
from pathlib import Path

import click

from ceres.commandes import avancement, commande, exiger_adresses, exiger_sa_base, groupe, services
from ceres.francais import INCOMPLET, Empechement
from commun import clock
from commun.config import config
from commun.domain.textes import accorder
from commun.storage.db import moteur
from commun.traces import sceaux, verification

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
    """Vérifie chaque chaîne de traces et chaque sceau ; nomme la première ligne fausse de chacune.

    Ne change rien ; lit toutes les traces, des minutes pour des millions. Sans dossier, les sceaux des bases seuls sont
    lus : qui peut écrire dans une base a pu les refaire.
    """
    return _pour_chacun(_verifier, services, dossier)


@commande(groupe_traces, "sceller")
@services()
@_DOSSIER
def sceller(services: tuple[str, ...], dossier: str) -> int:
    """Scelle l'état de toutes les chaînes, et écrit les sceaux dans le dossier.

    Ce que chaque service fait de lui-même, une fois par heure. Un sceau posé ne se retire pas.
    """
    return _pour_chacun(_sceller, services, dossier)


def _pour_chacun(ordre: Callable[[str, Path | None], bool], services: tuple[str, ...], dossier: str) -> int:
    """Returns the exit code; one whose base is away does not stop the others. `ordre`: says what it does for a service,
    and returns whether all is well there.
    """
    exiger_adresses(services)
    lieu = Path(chemin) if (chemin := dossier or config().dossier_sceaux) else None
    if lieu is None:
        click.echo("Aucun dossier de sceaux (--dossier, CERES_DOSSIER_SCEAUX) : ceux des bases seulement.", err=True)
    mauvais, empeche = 0, 0
    with avancement("Services", len(services)) as un_de_plus:
        for service in services:
            try:
                exiger_sa_base(service)
                mauvais += not ordre(service, lieu)
            except Empechement as empechement:
                empeche = empechement.code
                click.echo(f"{service} : {empechement.message}", err=True)
            un_de_plus()
    return INCOMPLET if mauvais else empeche


def _sceller(service: str, lieu: Path | None) -> bool:
    encore = True
    while encore:
        with moteur(service).begin() as db:
            numero = sceaux.sceller(db, clock.maintenant())
            encore = numero is not None and sceaux.inacheve(db)
        click.echo(f"{service} : sceau n° {numero} posé." if numero else f"{service} : rien de nouveau à sceller.")
    if lieu:  # a folder that cannot be written takes no seal back
        ecrits, lot = 0, sceaux.DEPOSES
        while lot == sceaux.DEPOSES:
            with moteur(service).begin() as db:
                lot = sceaux.deposer(db, service, lieu)
            ecrits += lot
        click.echo(f"{service} : sceaux écrits dans {lieu} : {ecrits}.")
    return True


def _verifier(service: str, lieu: Path | None) -> bool:
    lots = verification.lots_de(service)
    ruptures = list(verification.verifier(lots, sceaux.fichiers_de(service, lieu) if lieu else ()))
    with lots() as db:
        manquants, poses = sceaux.non_ecrits(db, service, lieu) if lieu else ([], 0)
    for rupture in ruptures:
        click.echo(f"{service} : {rupture}.")
    if manquants:
        combien = f"{len(manquants)} {'sceaux' if len(manquants) > 1 else 'sceau'} sur {poses}"
        click.echo(f"{service} : il manque à {lieu} {combien}, à partir du n° {manquants[0]}.")
    if ruptures:
        click.echo(accorder(f"{service} : {len(ruptures)} rupture(s)."))
    elif not manquants:
        click.echo(f"{service} : les traces sont intactes.")
    return not (ruptures or manquants)
