"""The commands, a file a subject."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import eventlet
from kombu import Connection
from rich.console import Console
from rich.progress import Progress

from ceres.francais import INJOIGNABLE, MAL_DIT, Commande, Empechement, Groupe
from commun.bus.broker import RETOURS, en_message, sur_une_ligne
from commun.bus.droits import APPELS
from commun.config import config
from commun.storage import migrations
from commun.storage.migrations import SansSaBase

SERVICES = tuple(APPELS)
_Decorateur = Callable[[Any], Any]


def groupe(nom: str) -> Callable[[Callable[..., Any]], Groupe]:
    """Makes a group of commands."""
    return click.group(nom, cls=Groupe, subcommand_metavar="COMMANDE [ARGUMENT]…")


def commande(parent: Groupe, nom: str) -> _Decorateur:
    """Makes a command of a group."""
    return parent.command(nom, cls=Commande)


def services(*, nommes: bool = False) -> _Decorateur:
    """Gives the command the services named, all of them where none is, unless they must be (`nommes`)."""

    def completer(contexte: click.Context, parametre: click.Parameter, dits: tuple[str, ...]) -> tuple[str, ...]:
        for dit in dits:
            if dit not in SERVICES:
                raise click.BadParameter(f"« {dit} » n'est pas un de {', '.join(SERVICES)}.", contexte, parametre)
        return tuple(dict.fromkeys(dits)) or SERVICES

    forme = "SERVICE…" if nommes else "[SERVICE]…"
    return click.argument("services", nargs=-1, required=nommes, metavar=forme, callback=completer)


def exiger_bus(*, ecrire: bool = False) -> None:
    """Refuses where `AMQP_URL` names no broker, or one that does not answer or, of who will write to it (`ecrire`),
    takes nothing: a call would wait for it as long as for an answer, a quarter of an hour, and speak of the service.
    """
    if config().embarque:
        raise Empechement("AMQP_URL doit nommer RabbitMQ, avec le compte de l'exploitation.")
    try:
        sur_une_ligne(lambda ligne: ligne.connect())
    except eventlet.Timeout:
        raise Empechement("RabbitMQ ne répond pas (AMQP_URL).", INJOIGNABLE) from None
    try:
        if ecrire:
            sur_une_ligne(_ecrire_a_personne)
    except eventlet.Timeout:
        sature = "RabbitMQ ne prend plus rien : il manque de mémoire ou de disque (« CeresBusAlarme », au manuel)."
        raise Empechement(sature, INJOIGNABLE) from None


def _ecrire_a_personne(ligne: Connection) -> None:
    canal = ligne.channel()
    canal.basic_publish_confirm(en_message(canal, "{}", {}, {}), exchange=RETOURS.name, routing_key="personne")


def exiger_bases(noms: Collection[str]) -> None:
    """Refuses, before anything is done, where a database is not named, does not answer or is another service's."""
    exiger_adresses(noms)
    for nom in noms:
        exiger_sa_base(nom)


def exiger_sa_base(nom: str) -> None:
    """Refuses a database that does not answer, or that is another service's: seals and traces would be read, and
    written, under the wrong name. Of six addresses, it is said which.
    """
    try:
        migrations.exiger_sa_base(nom, f"DATABASE_URL_{nom.upper()}")
    except SansSaBase as panne:
        raise Empechement(str(panne), INJOIGNABLE if panne.muette else MAL_DIT) from None


def exiger_adresses(noms: Iterable[str]) -> None:
    """Refuses where a database is not named, or by what is no address."""
    for nom in noms:
        if not config().base_de(nom):  # a process has one, in DATABASE_URL: who has them all is told otherwise
            raise Empechement(f"DATABASE_URL_{nom.upper()} doit nommer la base de {nom}.")
        config().exiger_base(nom)


def exiger_reglage(variable: str, quoi: str) -> None:
    """Refuses where a variable is not set."""
    if not os.environ.get(variable):
        raise Empechement(f"{variable} doit nommer {quoi}.")


@contextmanager
def avancement(quoi: str, total: int) -> Iterator[Callable[[], None]]:
    """Shows how far a long command is, on a terminal; what is given says that one more is done."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as barre:
        tache = barre.add_task(quoi, total=total)
        yield lambda: barre.advance(tache)
