"""`ceres comptes …`: who may come in, where nobody in CERES can let him in."""

import sys

import click

from ceres.commandes import commande, exiger_bases, groupe
from ceres.francais import Empechement
from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.schemas.forms import charger
from gateway.commands.comptes import compte_ouvert, creer_national, remplacer_mot_de_passe
from gateway.commands.courriel import remplacer_courriel
from gateway.commands.proconnect import relier
from gateway.schemas import ASSEZ_LONG, Adresse, NouveauCompteNational, NouveauMotDePasse

_PROCONNECT_SEUL = "Ici, on n'entre que par ProConnect (CERES_SANS_MOT_DE_PASSE)"


@groupe("comptes")
def groupe_comptes() -> None:
    """Le premier compte, que personne ne peut inviter ; un mot de passe, une adresse, une identité qui sont perdus."""


@commande(groupe_comptes, "creer-national")
@click.argument("courriel", metavar="COURRIEL")
@click.option("--nom", required=True, metavar="NOM", help="Prénom et nom, tels que CERES les montre.")
@click.option("--identifiant", metavar="IDENTIFIANT", help="Ce qu'il tape pour se connecter ; à défaut, son adresse.")
@click.option("--sans-mot-de-passe", is_flag=True, help="Il n'entre que par ProConnect, par le lien donné.")
def creer(courriel: str, nom: str, identifiant: str | None, sans_mot_de_passe: bool) -> None:
    """Crée le compte d'un administrateur de la mission nationale, qui invite ensuite les autres.

    Le mot de passe est demandé, sans être affiché ; hors d'un terminal, c'est la première ligne de l'entrée standard.
    Un compte qui existe garde son mot de passe, et reçoit le profil s'il ne l'a pas ; il reste relié comme il l'était.
    """
    _exiger_une_entree(sans_mot_de_passe=sans_mot_de_passe)
    exiger_bases(["gateway"])
    saisie = {"courriel": courriel, "nom": nom, "identifiant": identifiant or courriel}
    if not sans_mot_de_passe:
        saisie["mot_de_passe"] = _mot_de_passe()
        charger(NouveauMotDePasse, {"mot_de_passe": saisie["mot_de_passe"]})  # here, none is one that was not typed
    charger(NouveauCompteNational, saisie)
    deja, compte = Acte.de_ceres("gateway").faire(creer_national, saisie)
    click.echo(
        f"Le compte {compte} {'existait : il a le' if deja else 'est créé, avec le'} profil « Mission nationale »."
    )
    if sans_mot_de_passe and deja:
        click.echo(f"Son titulaire n'entre pas par ProConnect ? « ceres comptes relier {compte} » donne le lien.")
    elif sans_mot_de_passe:
        _donner_le_lien(compte)


def _exiger_une_entree(*, sans_mot_de_passe: bool) -> None:
    """Refuses an account that nobody could come in by."""
    if sans_mot_de_passe and not config().oidc_emetteur:
        raise Empechement("--sans-mot-de-passe demande ProConnect : CERES_OIDC_EMETTEUR n'est pas réglé.")
    if config().sans_mot_de_passe and not sans_mot_de_passe:
        raise Empechement(f"{_PROCONNECT_SEUL} : ajoutez --sans-mot-de-passe.")


@commande(groupe_comptes, "mot-de-passe")
@click.argument("identifiant", metavar="IDENTIFIANT")
def remplacer(identifiant: str) -> None:
    """Remplace le mot de passe perdu d'un compte, et ferme ses connexions.

    Le nouveau est demandé comme par « creer-national ». Son titulaire en est averti par courriel, et le change ensuite,
    dans « Mon compte ».
    """
    if config().sans_mot_de_passe:
        raise Empechement(f"{_PROCONNECT_SEUL}.")
    exiger_bases(["gateway"])
    Acte.de_ceres("gateway").lire(compte_ouvert, identifiant)  # before anybody chooses one, and types it twice
    saisie = {"mot_de_passe": _mot_de_passe()}
    charger(NouveauMotDePasse, saisie)
    compte = Acte.de_ceres("gateway").faire(remplacer_mot_de_passe, identifiant, saisie)
    click.echo(f"Le mot de passe de {compte} est remplacé.")


@commande(groupe_comptes, "courriel")
@click.argument("identifiant", metavar="IDENTIFIANT")
@click.argument("nouveau", metavar="NOUVEAU")
def changer_courriel(identifiant: str, nouveau: str) -> None:
    """Donne une autre adresse à un compte dont le titulaire a perdu l'ancienne, et son mot de passe.

    L'identifiant suit, là où il était l'ancienne adresse. L'une et l'autre en sont averties par courriel ; « Mot de
    passe oublié ? » fait le reste. Qui a encore son mot de passe la change lui-même, dans « Mon compte ».
    """
    exiger_bases(["gateway"])
    charger(Adresse, {"courriel": nouveau})
    acte = Acte.de_ceres("gateway")
    compte = acte.faire(remplacer_courriel, identifiant, {"courriel": nouveau})
    click.echo(f"L'adresse est changée ; l'identifiant du compte est {compte}.")


@commande(groupe_comptes, "relier")
@click.argument("identifiant", metavar="IDENTIFIANT")
def relier_un_compte(identifiant: str) -> None:
    """Donne le lien qui relie un compte à l'identité ProConnect de qui l'ouvre.

    Il vaut sept jours et sert une fois. Aussitôt, le compte n'est plus relié à l'identité qu'il avait, et ses
    connexions sont fermées.
    """
    if not config().oidc_emetteur:
        raise Empechement("Relier un compte demande ProConnect : CERES_OIDC_EMETTEUR n'est pas réglé.")
    exiger_bases(["gateway"])
    _donner_le_lien(identifiant)


def _donner_le_lien(identifiant: str) -> None:
    jeton = Acte.de_ceres("gateway").faire(relier, identifiant)
    click.echo("À son titulaire seul : ce lien, dans les sept jours, le relie à son identité ProConnect.")
    click.echo(f"{config().url_publique}/api/v1/invitations/acceptation/{jeton}")


def _mot_de_passe() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    while True:  # as `confirmation_prompt` does, which says in English that they differ
        mot: str = click.prompt(f"Mot de passe ({ASSEZ_LONG})", hide_input=True, prompt_suffix=" : ")
        if click.prompt("Encore une fois", hide_input=True, prompt_suffix=" : ") == mot:
            return mot
        click.echo("Les deux saisies diffèrent : recommencez.", err=True)
