"""`ceres personne …`"""

import os
from contextlib import suppress

import click
import orjson

from ceres.commandes import SERVICES, avancement, commande, exiger_bases, groupe
from ceres.francais import INCOMPLET, Empechement
from ceres.personne import Lignes, en_page, exporter_personne
from commun.domain.errors import Introuvable


@groupe("personne")
def groupe_personne() -> None:
    """Ce que CERES sait d'une personne, qu'elle a le droit de demander (RGPD, article 15)."""


@commande(groupe_personne, "exporter")
@click.argument("identifiant", metavar="IDENTIFIANT")
@click.option("--lisible", is_flag=True, help="Une page à lire, plutôt que du JSON.")
@click.option("--fichier", type=click.Path(dir_okay=False, writable=True), metavar="FICHIER", help="Où l'écrire.")
def exporter(identifiant: str, lisible: bool, fichier: str | None) -> None:
    """Rassemble de toutes les bases ce qui porte sur une personne, trouvée par l'identifiant de sa fiche."""
    exiger_bases(SERVICES)
    donnees: dict[str, Lignes] = {}
    with avancement("Bases lues", len(SERVICES)) as une_de_plus, suppress(Introuvable):  # what is no id is nobody's
        donnees = exporter_personne(identifiant, SERVICES, une_de_plus)
    if not donnees:
        raise Empechement("CERES ne sait rien de cette personne.", INCOMPLET)
    texte = en_page(donnees) if lisible else orjson.dumps(donnees, option=orjson.OPT_INDENT_2).decode()
    if fichier in (None, "", "-"):
        click.echo(texte)
        return
    with open(fichier, "w", encoding="utf-8", opener=_a_soi_seul) as sortie:
        sortie.write(texte + "\n")


def _a_soi_seul(chemin: str, drapeaux: int) -> int:
    """Opens a file that nobody else of the machine reads, even one that was there: it holds all that is known of
    somebody."""
    descripteur = os.open(chemin, drapeaux, 0o600)
    os.fchmod(descripteur, 0o600)
    return descripteur
