"""The dated parameters of the national mission."""

from typing import Any

from commun.acteur import exiger_profil
from commun.changements import en_clair
from commun.errors import Introuvable, Invalide
from commun.forms import charger
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte
from services.sessions import schemas
from services.sessions.domain.parametres import Parametre
from services.sessions.queries.parametres import parametre_en_clair
from services.sessions.storage.parametres import ajouter_valeur, get_parametres, verrouiller

Json = dict[str, Any]


def poser(acte: Acte, code: str, corps: Any) -> Json:
    """Sets a value from a day on; those before it stay, for the acts of their own days."""
    exiger_profil(acte.acteur, TypeProfil.NATIONAL)
    if code not in {p.value for p in Parametre}:
        raise Introuvable()
    parametre = Parametre(code)
    verrouiller(acte.db, parametre)
    avant = parametre_en_clair(acte, parametre, get_parametres(acte.db))
    acte.exiger_version(avant["version"])
    forme = charger(schemas.NouvelleValeur, corps)
    if erreur := schemas.erreur_de_valeur(parametre, forme["valeur"]):
        raise Invalide(erreurs={"valeur": [erreur]})
    ajouter_valeur(acte.db, parametre, forme["valeur"], forme["du"], forme["au"], acte.acteur.identifiant)
    apres = parametre_en_clair(acte, parametre, get_parametres(acte.db))
    acte.tracer(
        "parametre",
        code,
        "valeur",
        f"Le paramètre « {apres['libelle']} » vaut {en_clair(forme['valeur'])} à compter du {forme['du']:%d/%m/%Y} ; "
        f"il vaut {en_clair(avant['valeur'])} à ce jour.",
        avant={"valeurs": avant["valeurs"]},
        apres={"valeurs": apres["valeurs"]},
    )
    return apres
