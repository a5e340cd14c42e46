"""The dated parameters of the national mission."""

from functools import partial
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.dates import en_francais
from commun.domain.json import Json
from commun.schemas.forms import charger
from commun.traces.changements import en_clair
from services.sessions.domain.parametres import CONSERVATIONS, Parametre, Valeur
from services.sessions.queries.parametres import parametre_en_clair, parametre_regle
from services.sessions.schemas import entree
from services.sessions.storage.parametres import ajouter_valeur, get_parametres, verrouiller


def poser(acte: Acte, code: str, corps: Any) -> Json:
    """Sets a value from a day on; those before it stay, for the acts of their own days."""
    parametre = parametre_regle(acte, code)
    verrouiller(acte.db, parametre)
    connus = get_parametres(acte.db)
    avant = parametre_en_clair(acte, parametre, connus)
    acte.exiger_version(avant["version"])
    forme = charger(entree.NouvelleValeur, corps, aussi=partial(_fautes, parametre))
    ajouter_valeur(acte.db, parametre, forme["valeur"], forme["du"], forme["au"], acte.acteur.identifiant)
    apres = parametre_en_clair(acte, parametre, get_parametres(acte.db))
    acte.tracer(
        "parametre",
        code,
        "valeur",
        f"Le paramètre « {apres['libelle']} » vaut {_en_mots(parametre, forme['valeur'])} {_quand(forme)}, au lieu de "
        f"{_en_mots(parametre, connus.le(parametre, forme['du']))}.",
        avant={"valeurs": avant["valeurs"]},
        apres={"valeurs": apres["valeurs"]},
    )
    return apres


def _fautes(parametre: Parametre, forme: Json) -> dict[str, list[str]]:
    """Returns what is wrong with a value, which each parameter has its own of."""
    erreur = entree.erreur_de_valeur(parametre, forme["valeur"]) if "valeur" in forme else None
    return {"valeur": [erreur]} if erreur else {}


def _en_mots(parametre: Parametre, valeur: Valeur) -> str:
    """Returns a value as a sentence says it."""
    if valeur is None:
        return "« sans limite »" if parametre in CONSERVATIONS else "« hors service »"
    return en_clair(valeur)


def _quand(forme: Json) -> str:
    """Returns when a value is in force, as a sentence says it."""
    if forme["au"]:
        return f"du {en_francais(forme['du'])} au {en_francais(forme['au'])}"
    return f"à compter du {en_francais(forme['du'])}"
