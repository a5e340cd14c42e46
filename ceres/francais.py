"""click, in French; and what ends a command: a sentence for whoever typed it, and an exit code for a script."""

import errno
import re
import signal
import sys
from collections.abc import Sequence
from typing import Any

import click
from amqp.exceptions import NotFound
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from commun.bus.broker import PANNES
from commun.bus.droits import APPELS
from commun.config import ReglageFaux
from commun.domain.errors import Invalide, Refus
from commun.telemetry import sans_ligne

INCOMPLET = 1
MAL_DIT = 2
INJOIGNABLE = 3
INTERROMPU = 128 + signal.SIGINT  # as shells say it

CODES = """\b
Codes de sortie :
  0  tout est fait, ou tout est sain
  1  il reste quelque chose : un message non rejoué, une trace rompue, un service qui refuse
  2  la commande est mal écrite, un réglage manque, ou un fichier ne se lit ou ne s'écrit pas
  3  une base ou le bus ne répond pas, ou refuse ce compte
  130  la commande a été interrompue (Ctrl-C, SIGTERM)
"""

_AIDE = "Affiche cette aide."
_ENTIERE = 500
"""Characters of a first sentence: shown whole, since click would cut it before it says what is done."""
_TRADUITS = {
    "[required]": "[obligatoire]",
    **{f"{mot}:": f"{mot} :" for mot in ("Usage", "Options", "Commandes")},
}
"""What click writes of its own in a help."""


class Empechement(click.ClickException):
    """What prevents a command, said to who typed it."""

    def __init__(self, phrase: str, code: int = MAL_DIT) -> None:
        super().__init__(phrase)
        self.code = code


class Commande(click.Command):
    """A command whose help is in French."""

    def get_help(self, ctx: click.Context) -> str:
        aide = super().get_help(ctx)
        for dit, traduit in _TRADUITS.items():
            aide = aide.replace(dit, traduit)
        return aide

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _AIDE
        return option

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for parametre in self.params:
            if parametre.name == "services":
                sinon = "" if parametre.required else " Aucun de nommé : tous."
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(f"SERVICE : {', '.join(APPELS)}.{sinon}")
        super().format_epilog(ctx, formatter)


class Groupe(Commande, click.Group):
    """A group of commands whose help is in French."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lignes = []
        for nom in self.list_commands(ctx):
            commande = self.get_command(ctx, nom)
            lignes.append((nom, commande.get_short_help_str(_ENTIERE) if commande else ""))
        with formatter.section("Commandes"):
            formatter.write_dl(lignes)


_AUTRE_REVISION = ("42P01", "42703")
"""A table or a column that is not there."""
_SANS_DROIT = "42501"
"""A right that the account lacks."""
_VERROU = "55P03"
_SANS_PLACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ESTALE)
"""How writing to a full disk, or to a volume that is gone, fails: no file is named, as where the bus fails."""
_ATTENDUS: dict[type, str] = {
    click.types.IntParamType: "un nombre entier est attendu.",
    click.Path: "ce n'est pas un fichier où écrire.",
}
"""What is said of a value that click itself refuses, in English."""
_SANS_VALEUR = "does not take a value"
_DE_TROP = re.compile(r"^Got unexpected extra arguments? \((.+)\)$", re.DOTALL)
"""How click says what it gives no other name to."""


def executer(commande: click.Command, arguments: Sequence[str]) -> int:
    """Runs a command; says in French what prevents it. Returns the exit code."""
    try:
        return commande.main(list(arguments), prog_name="ceres", standalone_mode=False) or 0
    except (Exception, ReglageFaux) as erreur:
        empechement = _empechement(erreur)
        if empechement is None:
            raise
        phrase, code = empechement
        click.echo(phrase, file=sys.stderr)
        return code


def phrase_de(refus: Refus) -> str:
    """Returns what an operator reads of what an act refused: of a base, what is wrong with it, which a page does not
    tell people.
    """
    return (_empechement(refus) or (refus.detail,))[0]


def empechement_chez(service: str, erreur: DBAPIError) -> Exception:
    """Returns what the database of one service of several prevents, which is named; the error itself where only a
    developer mends it.
    """
    empechement = _empechement(erreur)
    if empechement is None:
        return erreur
    phrase, code = empechement
    return Empechement(f"{service} : {phrase.replace('<SERVICE>', service.upper())}", code)


def _empechement(erreur: Exception | ReglageFaux) -> tuple[str, int] | None:
    """Returns what is said of an error and the exit code that it makes; `None` for one that only a developer mends."""
    match erreur:
        case click.exceptions.NoArgsIsHelpError():
            return erreur.message, MAL_DIT
        case click.UsageError():
            aide = f"\nVoir : {erreur.ctx.command_path} --help" if erreur.ctx else ""
            return f"{_phrase(erreur)}{aide}", MAL_DIT
        case Empechement():
            return erreur.message, erreur.code
        case click.Abort():
            return "Interrompu. Ce qui était fait le reste : relancez la commande pour la suite.", INTERROMPU
        case ReglageFaux():
            return str(erreur), MAL_DIT
        case Refus() if isinstance(erreur.__cause__, DBAPIError | PoolTimeout):
            return _de_la_base(erreur.__cause__)
        case Invalide(erreurs=dict() as fautes) if phrases := _phrases(fautes):
            return " ".join(phrases), MAL_DIT
        case Refus():
            return erreur.detail, INJOIGNABLE if erreur.statut == 503 else INCOMPLET
        case DBAPIError() | PoolTimeout():
            return _de_la_base(erreur)
        case OSError() if erreur.filename:
            return f"« {erreur.filename} » ne peut pas être lu ou écrit.", MAL_DIT
        case OSError() if erreur.errno in _SANS_PLACE:
            return "Ce qui devait être écrit ne l'a pas été : le disque est plein, ou ne répond plus.", MAL_DIT
        case NotFound():  # it has lost its data, or never had the topology: its own words say which, in English
            return "Il manque à RabbitMQ des échanges ou des files : ceres topologie declarer.", INCOMPLET
        case _ if isinstance(erreur, PANNES):
            return sans_ligne("RabbitMQ", "AMQP_URL", erreur), INJOIGNABLE
        case _:
            return None


def _phrases(fautes: dict[str, Any]) -> list[str]:
    """Returns what is said of the fields of a form, once each: an operator sees no field beside which it would be."""
    return list(dict.fromkeys(phrase for dites in fautes.values() if isinstance(dites, list) for phrase in dites))


def _de_la_base(erreur: DBAPIError | PoolTimeout) -> tuple[str, int] | None:
    sqlstate = getattr(getattr(erreur, "orig", None), "sqlstate", None)
    match erreur:
        case ProgrammingError() if sqlstate == _SANS_DROIT:
            dit = "Le compte de DATABASE_URL_<SERVICE> n'a pas ce droit : donnez celui du propriétaire de la base."
            return dit, INJOIGNABLE
        case ProgrammingError() if sqlstate in _AUTRE_REVISION:
            return "La base n'a pas la révision de cette version de CERES : ceres bases migrer.", INCOMPLET
        case ProgrammingError():
            return None
        case OperationalError() if sqlstate == _VERROU:
            return "Une table est restée prise par d'autres trop longtemps : relancez la commande.", INCOMPLET
        case OperationalError() | InterfaceError() | PoolTimeout():
            return sans_ligne("PostgreSQL", "DATABASE_URL_<SERVICE>", erreur), INJOIGNABLE
        case _:  # its text may hold somebody's name
            return f"La base de données refuse ({type(erreur.orig).__name__}, {sqlstate}).", INCOMPLET


def _phrase(erreur: click.UsageError) -> str:
    parametre: Any = getattr(erreur, "param", None)
    nom = parametre.make_metavar(erreur.ctx) if parametre is not None and erreur.ctx else ""
    if isinstance(parametre, click.Option):
        nom = f"{parametre.opts[0]} {nom}"
    if isinstance(erreur, click.MissingParameter):
        return f"Il manque {nom}."
    if isinstance(erreur, click.NoSuchOption):
        return f"L'option {erreur.option_name} n'existe pas."
    if isinstance(erreur, click.BadOptionUsage):
        veut = "ne prend pas de" if _SANS_VALEUR in erreur.message else "attend une"
        return f"L'option {erreur.option_name} {veut} valeur."
    if isinstance(erreur, click.BadParameter):
        return f"{nom} : {_ATTENDUS.get(type(getattr(parametre, 'type', None)), erreur.message)}"
    if erreur.ctx and isinstance(erreur.ctx.command, click.Group):
        return "Cette commande n'existe pas."
    if de_trop := _DE_TROP.search(erreur.message):
        return f"« {de_trop[1]} » est de trop : ce qui a des espaces s'écrit entre guillemets."
    return "Cette commande est mal écrite."
