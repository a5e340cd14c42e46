"""`ceres personne …`"""

import os

import click
import orjson

from ceres.commandes import SERVICES, avancement, commande, exiger_bases, groupe
from ceres.francais import INCOMPLET, MAL_DIT, Empechement
from ceres.personne import en_page, exporter_personne
from commun.domain.errors import Introuvable
from commun.storage import db


@groupe("personne")
def groupe_personne() -> None:
    """Ce que CERES sait d'une personne, qu'elle a le droit de demander (RGPD, article 15)."""


@commande(groupe_personne, "exporter")
@click.argument("reference", metavar="RÉFÉRENCE")
@click.option("--lisible", is_flag=True, help="Une page à lire, plutôt que du JSON.")
@click.option(
    "--fichier",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FICHIER",
    help="Où l'écrire, lisible de vous seul ; sinon, la sortie standard.",
)
def exporter(reference: str, lisible: bool, fichier: str | None) -> None:
    """Rassemble de toutes les bases ce qui porte sur une personne, trouvée par la référence de sa fiche.

    Ne change rien. La référence est la fin de l'adresse de sa page ; pas son adresse, son nom, son numéro ni ce qu'elle
    tape pour se connecter.
    """
    _exiger_reference(reference)
    exiger_bases(SERVICES)
    with avancement("Bases lues", len(SERVICES)) as une_de_plus:
        donnees = exporter_personne(reference, SERVICES, une_de_plus)
    if not donnees:
        raise Empechement("CERES ne sait rien de cette personne.", INCOMPLET)
    texte = en_page(donnees) if lisible else orjson.dumps(donnees, option=orjson.OPT_INDENT_2).decode()
    if fichier in (None, "", "-"):
        click.echo(texte)
        return
    with open(fichier, "w", encoding="utf-8", opener=_a_soi_seul) as sortie:
        sortie.write(texte + "\n")


def _exiger_reference(dite: str) -> None:
    """Refuses what nobody can be found by: she who has asked would be told that nothing is known of her."""
    try:
        db.identifiant(dite)
    except Introuvable:
        phrase = f"« {dite} » n'est pas une référence : c'est la fin de l'adresse de sa page (docs/rgpd.md)."
        raise Empechement(phrase, MAL_DIT) from None


def _a_soi_seul(chemin: str, drapeaux: int) -> int:
    """Opens a file that nobody else of the machine reads, even one that was there: it holds all that is known of
    somebody."""
    descripteur = os.open(chemin, drapeaux, 0o600)
    os.fchmod(descripteur, 0o600)
    return descripteur
