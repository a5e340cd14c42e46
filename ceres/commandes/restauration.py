"""`ceres restauration …`: what makes CERES tell the truth again once a base was brought back to an instant (ADR 49)."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from ceres import essai, restauration
from ceres.commandes import (
    SERVICES,
    avancement,
    commande,
    exiger_adresses,
    exiger_bases,
    exiger_bus,
    exiger_reglage,
    groupe,
    services,
)
from ceres.francais import INCOMPLET, Empechement
from ceres.liens import LIENS
from commun.bus import topology
from commun.bus.broker import Ligne
from commun.clock import maintenant
from commun.domain.lots import par_lots
from commun.domain.textes import accorder


@groupe("restauration")
def groupe_restauration() -> None:
    """Ce qui suit la restauration d'une base, ou de toutes, à un instant (deploy/README.md)."""


@commande(groupe_restauration, "depasser")
@services(nommes=True)
def depasser(services: tuple[str, ...]) -> None:
    """Avance versions et numéros des bases restaurées au-delà de ceux qu'elles ont donnés.

    Les copies les suivent de nouveau, aucun numéro n'est donné deux fois, un formulaire ouvert avant est périmé.

    Une seule fois par restauration, avant de rouvrir ; une fois de trop ne fait que sauter d'autres numéros.
    """
    exiger_bases(services)
    for service in services:
        lignes, numeros = restauration.depasser(service)
        suite = f", {numeros} numéros laissés de côté" if numeros else ""
        click.echo(accorder(f"{service} : {lignes} version(s) avancée(s)") + f"{suite}.")


class _Instant(click.ParamType[datetime]):
    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            lu = datetime.fromisoformat(value)
        except ValueError:
            self.fail("écrivez « 2026-11-24 10:15:00+01:00 ».", param, ctx)
        if lu.tzinfo is None:
            self.fail("il manque son décalage sur l'heure universelle : « 2026-11-24 10:15:00+01:00 ».", param, ctx)
        if lu > maintenant():
            self.fail("cet instant n'est pas encore venu.", param, ctx)
        return lu


@commande(groupe_restauration, "rattraper")
@services()
@click.option(
    "--depuis",
    required=True,
    type=_Instant(),
    metavar="INSTANT",
    help="L'instant restauré, moins un jour de marge : « 2026-11-24 10:15:00+01:00 ».",
)
@click.option("--ecouteur", metavar="FILE", help="Ceux de cet écouteur seulement : « notifications.convocations ».")
@click.option("--a-blanc", is_flag=True, help="Compte seulement ce qui serait remis, écouteur par écouteur.")
def rattraper(services: tuple[str, ...], depuis: datetime, ecouteur: str | None, a_blanc: bool) -> int:
    """Remet aux écouteurs les événements qu'ils n'ont pas traités.

    Sans danger : un écouteur sait ce qu'il a déjà traité. Les courriels partis après l'instant peuvent repartir si la
    base restaurée est celle de notifications : regardez d'abord --a-blanc.
    """
    exiger_bases(SERVICES)
    if not a_blanc:
        exiger_bus(ecrire=True)
    ecouteurs = topology.ecouteurs(topology.modules())
    if ecouteur and ecouteur not in {file for file, _ in ecouteurs if file.split(".")[0] in services}:
        raise Empechement(f"« {ecouteur} » n'est un écouteur d'aucun de ces services : {', '.join(services)}.")
    retenus = [(file, evenement) for file, evenement in ecouteurs if ecouteur in (None, file)]
    remis, restes, ligne = Counter[str](), 0, Ligne(confirmee=True)
    for lot in par_lots(restauration.manques(services, depuis, retenus), 100):
        pris = [True] * len(lot) if a_blanc else restauration.rejouer(lot, ligne)
        restes += pris.count(False)
        remis.update(manque.ecouteur for manque, prise in zip(lot, pris, strict=True) if prise)
    for file, combien in sorted(remis.items()):
        click.echo(f"{file} : {combien}")
    if restes:
        click.echo(accorder(f"{restes} événement(s) sans file où revenir : ceres topologie declarer."), err=True)
    quoi = "à remettre" if a_blanc else "remis"
    click.echo(f"{remis.total()} {'événements' if remis.total() > 1 else 'événement'} {quoi}.")
    return INCOMPLET if restes else 0


@commande(groupe_restauration, "comparer")
def comparer() -> int:
    """Nomme ce qu'un service cite et que son propriétaire ne connaît plus.

    Ne change rien. Seule une base restaurée à un instant d'avant les autres a oublié ce qu'elles citent.
    """
    exiger_bases(SERVICES)
    total = 0
    with avancement("Liens suivis", len(LIENS)) as un_de_plus:
        for lien in LIENS:
            for dit, nomme in lien.perdus():
                total += 1
                click.echo(f"{dit} ({lien.nom}) : {nomme} n'est plus connu de {lien.chez}")
            un_de_plus()
    click.echo(accorder(f"{total} lien(s) rompu(s).") if total else "Tout ce que chaque service cite est connu.")
    return INCOMPLET if total else 0


@commande(groupe_restauration, "eprouver")
@click.option("--patience", default=3000, metavar="SECONDES", help="Ce que restaurer peut durer (3000).")
def eprouver(patience: int) -> int:
    """Restaure la dernière sauvegarde à côté des bases, la relit en entier, puis l'efface.

    Dans le cluster seulement, où une tâche le fait chaque semaine : les bases qui servent n'y sont pas touchées.
    BASE nomme leur grappe, les DATABASE_URL_<SERVICE> les bases de l'essai.
    """
    exiger_reglage("BASE", "la grappe des bases, « ceres-base »")
    exiger_adresses(SERVICES)
    base, api, mauvais = os.environ["BASE"], essai.api_du_cluster(), 0
    with _effacee_ensuite(api, f"{base}{essai.SUFFIXE}"):
        essai.naitre(api, base, patience)
        for service in SERVICES:
            trouves = list(essai.defauts(service))
            for trouve in trouves:
                click.echo(f"{service} : {trouve}.")
            mauvais += len(trouves)
            if not trouves:
                click.echo(accorder(f"{service} : restaurée, {essai.compter(service)} trace(s) intacte(s)."))
    return INCOMPLET if mauvais else 0


@contextmanager
def _effacee_ensuite(api: essai.Api, grappe: str) -> Iterator[None]:
    """Removes a cluster, whatever becomes of the block; where both fail, the command ends on why the block did."""
    try:
        yield
    except BaseException:
        try:
            api.retirer(grappe)
        except Empechement as aussi:
            click.echo(aussi.message, err=True)
        raise
    api.retirer(grappe)
