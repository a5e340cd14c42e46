"""The demo's data, as bodies of the HTTP API. Its dates are relative to the day it starts: `J-4 mois`, `J+3 ans`."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from commun.domain.dates import plus_annees, plus_mois

DOSSIER = Path(__file__).parent
_DECALAGE = re.compile(r"J(?:([+-]\d+) (ans?|mois|jours?))?")


def lire(nom: str, jour: date) -> list[dict[str, Any]]:
    """Returns the objects of `demo/{nom}.json`, their dates counted from `jour`."""
    objets: list[dict[str, Any]] = _dater(json.loads((DOSSIER / f"{nom}.json").read_text("utf-8")), jour)
    return objets


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
