"""`ceres candidats …`"""

import click

from ceres.commandes import commande, exiger_bases, exiger_bus, groupe
from ceres.francais import INCOMPLET
from commun.actes.unit_of_work import Acte
from commun.domain.textes import accorder
from services.candidats.commands.naissances import naissances_refusees

_PAGE = 1_000


@groupe("candidats")
def groupe_candidats() -> None:
    """Les candidats enregistrés avant une règle, et qu'elle refuserait."""


@commande(groupe_candidats, "verifier")
def verifier() -> int:
    """Nomme les candidats dont la naissance serait refusée aujourd'hui (CAN-01), avec le département de leur domicile.

    Ne change rien. Leur unité départementale, ou leur centre tant qu'aucun résultat n'est enregistré, corrige leur
    identité.
    """
    exiger_bus(ecrire=True)
    exiger_bases(["candidats"])
    apres, trouves = None, 0
    while True:
        page = Acte.de_ceres("candidats").lire(naissances_refusees, apres, _PAGE)
        for candidat in page["elements"]:
            trouves += 1
            click.echo(f"{candidat['departement'] or '—'} {candidat['numero']} : {' '.join(candidat['manquements'])}")
        if (apres := page["suivant"]) is None:
            break
    click.echo(accorder(f"{trouves} candidat(s) à corriger."), err=True)
    return INCOMPLET if trouves else 0
