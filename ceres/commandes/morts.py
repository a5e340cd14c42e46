"""`ceres morts …`"""

import click

from ceres import morts
from ceres.commandes import SERVICES, avancement, commande, exiger_bus, groupe, services
from ceres.francais import INCOMPLET, Empechement
from commun.bus import topology
from commun.domain.textes import accorder


@groupe("morts")
def groupe_morts() -> None:
    """Les événements mis de côté parce que leur écouteur échoue à chaque essai."""


@commande(groupe_morts, "lister")
@services()
def lister(services: tuple[str, ...]) -> None:
    """Liste les messages morts, de tous les services ou de ceux nommés : numéro, écouteur, raison, instant, requête.

    Ne change rien. La requête se cherche aux journaux : la ligne « erreur » y dit la cause, à lever avant de rejouer.
    """
    exiger_bus()
    with morts.ouvrir() as boite:
        lus = [(m.numero, m.ecouteur, m.raison, m.depuis, m.requete) for m in boite.lire(*services)]
    for dits in lus:  # given back by now: read a page at a time (`less`), they would be there for nobody else meanwhile
        click.echo("  ".join(dit or "—" for dit in dits))
    click.echo(accorder(f"{len(lus)} message(s) mort(s)."), err=True)


@commande(groupe_morts, "montrer")
@click.argument("numero", metavar="NUMÉRO")
def montrer(numero: str) -> None:
    """Montre un message mort : ses en-têtes, puis son corps ; pour chaque écouteur qui l'a mis de côté.

    Ne change rien.
    """
    exiger_bus()
    montres = 0
    with morts.ouvrir() as boite:
        for mort in boite.lire(*SERVICES):
            if mort.numero == numero:
                _montrer(mort)
                montres += 1
    if not montres:
        raise Empechement("Aucun message mort ne porte ce numéro.", INCOMPLET)


@commande(groupe_morts, "retirer")
@click.argument("numeros", nargs=-1, metavar="[NUMÉRO]…")
@click.option("--sans-numero", is_flag=True, help="Ceux qui n'en ont pas, et ne viennent donc pas de CERES.")
def retirer(numeros: tuple[str, ...], sans_numero: bool) -> int:
    """Retire pour de bon des messages morts qui n'auront jamais d'effet, en montrant chacun : gardez ce qui est dit.

    Un événement retiré n'est jamais traité. Une copie se rattrape par « ceres repliques reconstruire ».
    """
    if not (numeros or sans_numero):
        raise Empechement("Dites lesquels : des numéros, ou --sans-numero.")
    exiger_bus()
    retires: list[str] = []
    with morts.ouvrir() as boite:
        for mort in boite.lire(*SERVICES):
            if mort.numero in numeros if mort.numero else sans_numero:
                _montrer(mort)
                boite.retirer(mort)
                retires.append(mort.numero)
    absents = set(numeros) - set(retires)
    for absent in sorted(absents):
        click.echo(f"{absent} n'est pas parmi les morts.", err=True)
    click.echo(accorder(f"{len(retires)} message(s) retiré(s)."), err=True)
    return INCOMPLET if absents else 0


def _montrer(mort: morts.Mort) -> None:
    click.echo(f"{mort.ecouteur} :")
    for nom, valeur in sorted(mort.en_tetes.items()):
        click.echo(f"{nom}: {valeur}")
    click.echo(f"\n{mort.corps}\n")


@commande(groupe_morts, "rejouer")
@click.argument("numeros", nargs=-1, metavar="[NUMÉRO]…")
@click.option("--tous", is_flag=True, help="Rejoue tous les messages morts.")
@click.option("--ecouteur", metavar="FILE", help="Rejoue ceux de cet écouteur seulement : « jures.titres ».")
def rejouer(numeros: tuple[str, ...], tous: bool, ecouteur: str | None) -> int:
    """Remet des messages morts dans la file de leur écouteur.

    Sans danger : un écouteur sait ce qu'il a déjà traité. Un message qui échoue encore revient parmi les morts, en six
    minutes : la cause d'abord.
    """
    if not (numeros or tous or ecouteur):
        raise Empechement("Dites lesquels : des numéros, --ecouteur ou --tous.")
    if numeros and tous:
        raise Empechement("Dites des numéros, ou --tous : les deux ne vont pas ensemble.")
    if ecouteur and ecouteur not in _ecouteurs():
        raise Empechement(f"« {ecouteur} » n'est l'écouteur d'aucun service : « ceres morts lister » les nomme.")
    exiger_bus(ecrire=True)
    rejoues, restes, vus = 0, 0, set()
    with morts.ouvrir() as boite:
        concernes = (ecouteur.split(".")[0],) if ecouteur else SERVICES
        with avancement("Messages rejoués", sum(boite.compter(service) for service in concernes)) as un_de_plus:
            for mort in boite.lire(*concernes):
                un_de_plus()
                nomme = not numeros or mort.numero in numeros
                if not (nomme and ecouteur in (None, mort.ecouteur)):
                    continue
                vus.add(mort.numero)
                if boite.rejouer(mort):
                    rejoues += 1
                else:
                    restes += 1
                    click.echo(f"{mort.numero or 'Un message sans numéro'} ne peut pas être rejoué.", err=True)
    for absent in sorted(set(numeros) - vus):
        restes += 1
        click.echo(f"{absent} n'est pas parmi les morts{f' de {ecouteur}' if ecouteur else ''}.", err=True)
    click.echo(accorder(f"{rejoues} message(s) rejoué(s)."))
    return INCOMPLET if restes else 0


def _ecouteurs() -> set[str]:
    """Returns every listener's queue, those that are left included: their dead letters may be there still."""
    return {file for file, _ in (*topology.ecouteurs(topology.modules()), *topology.QUITTEES)}
