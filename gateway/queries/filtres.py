"""Searches that people keep, checked against the lists that they are for."""

from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.schemas.forms import charger
from commun.storage.pages import feuilleter
from gateway import schemas
from gateway.storage.filtres import list_filtres


def lister(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of one's own filters: those of a list, or all."""
    voulu = charger(schemas.ChoixFiltres, filtres)
    siens = map(en_clair, list_filtres(acte.db, acte.acteur.compte_id, voulu["liste"]))
    return feuilleter(siens, voulu, ("liste", "nom"), lambda f: f["nom"])


def en_clair(filtre: dict[str, Any]) -> dict[str, Any]:
    """Returns a filter as the contract shows it."""
    return {nom: filtre[nom] for nom in ("id", "liste", "nom", "parametres", "version")}


def parametres_de(liste: str, parametres: dict[str, str]) -> dict[str, str]:
    """Returns the parameters of a search, without its page.

    Raises:
        Invalide: there is no such list, or it does not take them.
    """
    from gateway.api.table import PAR_OPERATION  # which knows this module too

    route = PAR_OPERATION.get(f"GET /{liste}")
    if route is None or route.filtres is None:
        raise Invalide(erreurs={"liste": ["Cette liste n'existe pas."]})
    gardes = {nom: valeur for nom, valeur in parametres.items() if nom != "page"}
    try:
        charger(route.filtres, gardes)
    except Invalide as refus:
        raise Invalide(erreurs={"parametres": refus.erreurs or {}}) from refus
    return gardes
