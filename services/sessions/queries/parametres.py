"""The dated parameters, with their history."""

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import Page, charger
from commun.storage.pages import feuilleter
from commun.traces import audit
from services.sessions.domain.parametres import LIBELLES, Parametre, Parametres
from services.sessions.storage.parametres import get_parametres


def lister(acte: Acte, filtres: Json) -> Json:
    """Returns a page of the parameters, in their value of the day."""
    connus = get_parametres(acte.db)
    elements = (parametre_en_clair(acte, code, connus) for code in Parametre)

    def texte(element: Json) -> str:
        return f"{element['code'].replace('_', ' ')} {element['libelle']}"

    return feuilleter(elements, charger(Page, filtres), ("code", "libelle"), texte)


def traces(acte: Acte, code: str, filtres: Json) -> Json:
    """Returns a page of what was done to a parameter, newest first."""
    return audit.page(acte.db, "parametre", parametre_regle(acte, code).value, filtres)


def parametre_regle(acte: Acte, code: str) -> Parametre:
    """Returns a parameter, which the national mission alone sets and looks into."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    try:
        return Parametre(code)
    except ValueError:
        raise Introuvable() from None


def durees_de_conservation(acte: Acte) -> Json:
    """Returns how many months things are kept on the day, for the services that remove them."""
    return get_parametres(acte.db).durees_de_conservation(acte.jour())


def parametre_en_clair(acte: Acte, code: Parametre, connus: Parametres) -> Json:
    """Returns a parameter: what it is worth on the day, and every value that it was given."""
    valeurs = connus.valeurs[code]
    return {
        "code": code,
        "libelle": LIBELLES[code],
        "valeur": connus.le(code, acte.jour()),
        "valeurs": [{"valeur": v.valeur, "du": v.du, "au": v.au} for v in valeurs],
        "version": len(valeurs),
    }
