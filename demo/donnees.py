"""The demo's data, as bodies of the HTTP API. Its dates are relative to the day it starts: `J-4 mois`, `J+3 ans`."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dateutil.easter import easter

from commun.domain.dates import plus_annees, plus_mois

DOSSIER = Path(__file__).parent
_SAMEDI = 5
_FERIES = ((1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12))
"""Day and month; those that follow Easter are reckoned."""
_DECALAGE = re.compile(r"J(?:([+-]\d+) (ans?|mois|jours?))?")


def lire(nom: str, jour: date) -> list[dict[str, Any]]:
    """Returns the objects of `demo/{nom}.json`, their dates counted from `jour`."""
    objets: list[dict[str, Any]] = _dater(json.loads((DOSSIER / f"{nom}.json").read_text("utf-8")), jour)
    return objets


def aux_jours_ouvres(plans: list[dict[str, Any]], jour: date) -> list[dict[str, Any]]:
    """Returns sessions on days when people work: after those that they say for what is to come, before for what is
    past. The one under way stays so."""
    for plan in plans:
        corps = plan["corps"]
        debut, fin = (date.fromisoformat(corps[nom]) for nom in ("date_debut", "date_fin"))
        if debut > jour:
            debut, fin = _ouvres(debut, (fin - debut).days, 1)
        elif fin < jour:
            fin, debut = _ouvres(fin, (fin - debut).days, -1)
        corps |= {"date_debut": debut.isoformat(), "date_fin": fin.isoformat()}
    return plans


def est_ouvre(jour: date) -> bool:
    """Returns whether people work on a day."""
    annee, paques = jour.year, easter(jour.year)
    mobiles = (paques + timedelta(days=apres) for apres in (1, 39, 50))
    feries = {date(annee, mois, quantieme) for quantieme, mois in _FERIES} | {*mobiles}
    return jour.weekday() < _SAMEDI and jour not in feries


def _ouvres(premier: date, ensuite: int, sens: int) -> tuple[date, date]:
    """Returns the first working day from one on, and the one that comes `ensuite` working days after; or before."""
    trouves: list[date] = []
    while len(trouves) <= ensuite:
        if est_ouvre(premier):
            trouves.append(premier)
        premier += timedelta(days=sens)
    return trouves[0], trouves[-1]


def date_relative(texte: str, jour: date) -> date:
    """Returns the day that `J`, `J-4 mois` or `J+3 ans` names."""
    decalage = _DECALAGE.fullmatch(texte)
    if decalage is None:
        raise ValueError(f"Date relative illisible : {texte!r}.")
    nombre = int(decalage[1] or 0)
    match decalage[2]:
        case "an" | "ans":
            return plus_annees(jour, nombre)
        case "mois":
            return plus_mois(jour, nombre)
        case _:
            return jour + timedelta(days=nombre)


def _dater(valeur: Any, jour: date) -> Any:
    match valeur:
        case dict():
            return {cle: _dater(v, jour) for cle, v in valeur.items()}
        case list():
            return [_dater(v, jour) for v in valeur]
        case str() if _DECALAGE.fullmatch(valeur):
            return date_relative(valeur, jour).isoformat()
        case _:
            return valeur
