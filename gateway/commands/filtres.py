"""Searches that people keep: a list, a name, and the parameters of its address."""

from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable, Invalide
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from gateway import schemas
from gateway.queries.filtres import en_clair, parametres_de
from gateway.storage import filtres

MAXIMUM = 100
"""Filters of one account."""


def enregistrer(acte: Acte, corps: Any) -> dict[str, Any]:
    """Keeps a search of one's own; its parameters are those that the list takes."""
    forme = charger(schemas.NouveauFiltre, corps)
    forme["parametres"] = parametres_de(forme["liste"], forme["parametres"])
    if len(filtres.list_filtres(acte.db, acte.acteur.compte_id)) >= MAXIMUM:
        raise Invalide.au_champ("_schema", f"Vous avez déjà {MAXIMUM} filtres : supprimez-en d'abord.")
    fait = filtres.add_filtre(acte.db, compte_id=acte.acteur.compte_id, **forme)
    if fait is None:
        raise Invalide.au_champ("nom", f"Vous avez déjà un filtre « {forme['nom']} » pour cette liste.")
    return en_clair(fait)


def supprimer(acte: Acte, filtre_id: str, corps: Any) -> None:
    """Removes a search of one's own."""
    version = filtres.remove_filtre(acte.db, acte.acteur.compte_id, identifiant(filtre_id))
    if version is None:
        raise Introuvable()
    acte.exiger_version(version)
