"""What changed, in French sentences: « Le téléphone a été changé : 01 99 00 00 01 → 01 99 00 00 02. » Pure."""

import re
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from typing import Any

from commun.domain.dates import en_francais
from commun.domain.pays import nom_du_pays
from commun.schemas import telephones

Mots = Mapping[str, str]
"""How a sentence begins for each field: `{"adresse": "L'adresse a été changée"}`, in the order of telling."""

VIDES: tuple[Any, ...] = (None, "", [], {})
"""What a field holds where it holds nothing."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NAISSANCE = ("commune", "code_insee")
_ADRESSE = ("voie", "complement", "code_postal", "commune")


def dire_changements(avant: Mapping[str, Any], apres: Mapping[str, Any], mots: Mots) -> str:
    """Returns a sentence for each field of `mots` that differs, before and after; nothing where none does."""
    changes = [champ for champ in mots if champ in apres and avant.get(champ) != apres[champ]]
    return " ".join(f"{mots[c]} : {en_clair(avant.get(c))} → {en_clair(apres[c])}." for c in changes)


def avec_changements(phrase: str, avant: Mapping[str, Any] | None, apres: Mapping[str, Any], mots: Mots) -> str:
    """Returns `phrase`, which says what was done, followed by what it changed; alone where nothing was there before."""
    return phrase if avant is None else f"{phrase} {dire_changements(avant, apres, mots)}".rstrip()


def ce_qui_change(un: Mapping[str, Any], autre: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what the one holds that the other does not, or otherwise: what a trace keeps of either side of an act."""
    return {nom: valeur for nom, valeur in un.items() if nom not in autre or autre[nom] != valeur}


def en_clair(valeur: Any) -> str:
    """Returns a value as a French reader sees it: dates, hours, phones, addresses, lists, and what is not known."""
    match valeur:
        case None | "" | []:
            return "non renseigné"
        case bool():
            return "oui" if valeur else "non"
        case Enum():
            return en_clair(valeur.value).replace("_", " ")
        case time():
            return f"{valeur:%H:%M}"
        case str():
            return _texte(valeur)
        case date():
            return en_francais(valeur)
        case Mapping():
            return _objet(valeur)
        case list() | tuple():
            return ", ".join(en_clair(v) for v in valeur)
        case set() | frozenset():
            return ", ".join(sorted(en_clair(v) for v in valeur)) or "non renseigné"
        case _:
            return str(valeur)


def _texte(valeur: str) -> str:
    if _DATE.fullmatch(valeur):
        return "/".join(reversed(valeur.split("-")))
    if telephones.est_stocke(valeur):
        return str(telephones.en_clair(valeur))
    return valeur


def _objet(valeur: Mapping[str, Any]) -> str:
    """Returns what tells an object from another: its address on one line, its birth place, its intitulé and code, else
    what it holds."""
    if "code_postal" in valeur:
        voie, complement, code_postal, commune = (valeur.get(nom) or "" for nom in _ADRESSE)
        return ", ".join(partie for partie in (voie, complement, f"{code_postal} {commune}".strip()) if partie)
    if nom := valeur.get("intitule") or valeur.get("libelle"):
        precision = valeur.get("code") or valeur.get("adresse")
        return f"{nom} ({en_clair(precision)})" if precision else str(nom)
    if pays_code := valeur.get("pays_code"):
        lieu, pays = " ".join(filter(None, map(valeur.get, _NAISSANCE))), nom_du_pays(pays_code)
        return f"{lieu} ({pays})" if lieu else pays
    connus = [en_clair(v) for v in valeur.values() if v not in VIDES]
    return " ".join(connus) or "non renseigné"
