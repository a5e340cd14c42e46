"""The profil that an administrator gives, checked against what he administers."""

from typing import Any

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Droit, Introuvable, Invalide
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.domain.territoires import region_du
from commun.schemas.forms import OBLIGATOIRE
from commun.storage.db import identifiant
from gateway.perimetre import LIEUX, Perimetre
from gateway.storage import comptes, etablissements
from gateway.storage.tables import profils

_D_AILLEURS = {
    "etablissement_id": "Seul un profil de centre a un établissement : videz ce champ, ou changez le type de profil.",
    "departement": "Seule une unité départementale a un département : videz ce champ, ou changez le type de profil.",
    "region": "Seule une direction régionale a une région : videz ce champ, ou changez le type de profil.",
}
"""What is said of a place that is not one of the type of profil."""


def meme_role(un: Json, autre: Json) -> bool:
    """Whether two profils are the same type at the same place."""
    return Perimetre.du(un) == Perimetre.du(autre)


def _ailleurs(role: Json, forme: Json) -> dict[str, list[str]]:
    """Returns what a form says of a place where this profil is not: of the two, which is meant, nobody can tell, and
    « Mission nationale » for « Unité départementale » would give the whole country. What a profil shows of where it is
    may be said with it: the département and the région of its centre, the région of its département.
    """
    dits = {nom: forme.get(nom) for nom in _D_AILLEURS if nom != LIEUX.get(role["type"])}
    return {nom: [_D_AILLEURS[nom]] for nom, dit in dits.items() if dit and dit != role[nom]}


def _situation(acte: Acte, type_: TypeProfil, place: Any) -> Etapes[Json]:
    """Returns what follows of the place of a profil: the words for it, and where it lies."""
    match type_:
        case TypeProfil.CENTRE:
            centre = yield Question("referentiel", "etablissement", etablissement_id=place)
            dit = centre | {"commune": centre["adresse"]["commune"]}
            etablissements.suivre(acte.db, dit)  # unless the event of a change since then came before this answer
            return etablissements.place(acte.db, centre["id"])
        case TypeProfil.UD:
            return {"region": region_du(place), "libelle": f"UD {place}"}
        case TypeProfil.DIRECCTE:
            return {"libelle": f"DIRECCTE {place}"}
        case TypeProfil.NATIONAL:
            return {"libelle": "Mission nationale"}


def _place(perimetre: Perimetre, forme: Json) -> Any:
    """Returns where the profil of a form is to be: where the administrator is, unless it says otherwise."""
    lieu = LIEUX.get(forme["type"])
    return forme[lieu] or (perimetre.lieu if perimetre.type == forme["type"] else None) if lieu else None


def fautes_de_role(perimetre: Perimetre, forme: Json) -> dict[str, list[str]]:
    """Returns what a schema cannot see, of what is sound in a form that gives a profil: a place that is missing."""
    lieu = LIEUX.get(forme.get("type", ""))
    donne = perimetre.type in (forme.get("type"), TypeProfil.NATIONAL)  # else it is refused another way
    if not donne or lieu not in forme or _place(perimetre, forme):
        return {}
    return {lieu: [OBLIGATOIRE]} | _ailleurs({"type": forme["type"], **dict.fromkeys(LIEUX.values())}, forme)


def role_voulu(acte: Acte, perimetre: Perimetre, forme: Json) -> Etapes[Json]:
    """Returns the profil that a form asks for, whole; one without a place is where the administrator is.

    Its first profil at a place administers there, unless the form says otherwise.

    Raises:
        Droit: the actor gives no profil of this type.
        Introuvable: it is somewhere that he does not administer, or that does not exist.
    """
    type_ = TypeProfil(forme["type"])
    lieu = LIEUX.get(type_)
    if perimetre.type not in (type_, TypeProfil.NATIONAL):
        raise Droit("Vous ne pouvez donner que des profils de votre service.")
    place = _place(perimetre, forme)
    role: Json = {"type": type_.value, **dict.fromkeys(LIEUX.values())}
    if type_ is TypeProfil.CENTRE:
        place = identifiant(place)  # one centre, however its id is written
    if lieu:
        role[lieu] = place
    if not perimetre.couvre(role):
        raise Introuvable()
    role |= yield from _situation(acte, type_, place)
    if ailleurs := _ailleurs(role, forme):
        raise Invalide(erreurs=ailleurs)
    administre = forme["administrateur"]
    if administre is None:
        administre = not comptes.est_administre(acte.db, Perimetre(type_, place).ici(profils))
    return role | {"administrateur": administre}
