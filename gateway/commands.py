"""Acts on accounts: sign in, sign out, one's own settings, and the accounts themselves."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from commun.clock import maintenant
from commun.db import nouvel_id
from commun.errors import Invalide, NonAuthentifie
from commun.forms import charger
from commun.unit_of_work import Acte
from gateway import auth, queries, schemas, storage
from gateway.storage import comptes, jetons, profils


def ouvrir_jeton(acte: Acte, corps: Any) -> dict[str, Any]:
    """Gives a token for one profil of the account."""
    forme = charger(schemas.Connexion, corps)
    compte = storage.get_compte_par_identifiant(acte.db, forme["identifiant"].strip().lower())
    if not auth.mot_de_passe_juste(compte, forme["mot_de_passe"]) or compte is None or not compte["actif"]:
        raise NonAuthentifie("Identifiant ou mot de passe incorrect.")
    profil = _profil_choisi(storage.list_profils(acte.db, compte["id"]), forme["profil"] or compte["profil_par_defaut"])
    if profil is None:
        message = "Ce profil n'est pas l'un des vôtres."
        raise Invalide(message, {"profil": [message]})
    jeton, empreinte = auth.nouveau_jeton()
    expire_le = maintenant() + auth.DUREE_JETON
    valeurs = {"compte_id": compte["id"], "profil_id": profil["id"], "expire_le": expire_le}
    acte.db.execute(jetons.delete().where(jetons.c.compte_id == compte["id"], jetons.c.expire_le < maintenant()))
    acte.db.execute(jetons.insert().values(empreinte=empreinte, **valeurs))
    return {"jeton": jeton, "expire_le": expire_le, "profil": profil["id"]}


def _profil_choisi(possibles: list[dict[str, Any]], voulu: str | None) -> dict[str, Any] | None:
    if voulu is None:
        return possibles[0] if possibles else None
    return next((p for p in possibles if p["id"] == voulu), None)


def revoquer_jetons(acte: Acte, corps: Any) -> None:
    """Ends every token of the account: signing out, here and everywhere."""
    charger(schemas.Vide, corps)
    acte.db.execute(jetons.delete().where(jetons.c.compte_id == acte.acteur.compte_id))


def changer_mot_de_passe(acte: Acte, corps: Any) -> None:
    """Changes one's own password, and ends every token."""
    forme = charger(schemas.ChangementMotDePasse, corps)
    compte = storage.get_compte(acte.db, acte.acteur.compte_id, verrou=True)
    if not auth.mot_de_passe_juste(compte, forme["ancien"]):
        message = "Votre mot de passe actuel n'est pas celui-là."
        raise Invalide(message, {"ancien": [message]})
    _modifier(acte, acte.acteur.compte_id, mot_de_passe=auth.hacher(forme["nouveau"]))
    acte.db.execute(jetons.delete().where(jetons.c.compte_id == acte.acteur.compte_id))
    acte.tracer("compte", acte.acteur.compte_id, "mot_de_passe", "Le mot de passe a été changé.")


def regler_preferences(acte: Acte, corps: Any) -> dict[str, Any]:
    """Sets one's own preferences."""
    compte = storage.get_compte(acte.db, acte.acteur.compte_id, verrou=True) or {}
    acte.exiger_version(compte["version"])
    forme = charger(schemas.Preferences, corps)
    voulu = forme["profil_par_defaut"]
    possibles = storage.list_profils(acte.db, acte.acteur.compte_id)
    if voulu is not None and _profil_choisi(possibles, voulu) is None:
        message = "Ce profil n'est pas l'un des vôtres."
        raise Invalide(message, {"profil_par_defaut": [message]})
    _modifier(acte, acte.acteur.compte_id, profil_par_defaut=voulu, preferences=forme["messages"])
    acte.tracer("compte", acte.acteur.compte_id, "preferences", "Les préférences ont été réglées.", apres=forme)
    return queries.preferences(acte)


def creer_compte(
    acte: Acte, identifiant: str, nom: str, courriel: str, mot_de_passe: str, roles: list[dict[str, Any]]
) -> str:
    """Creates an account with its profils (`{type, libelle, etablissement_id?, departement?, region?}`).

    For who installs CERES: the first account can only come from here.

    Returns:
        The account's id. One that exists keeps its password; profils that it lacks are added.
    """
    compte = storage.get_compte_par_identifiant(acte.db, identifiant)
    compte_id = compte["id"] if compte else nouvel_id()
    if compte is None:
        valeurs = {"identifiant": identifiant, "nom": nom, "courriel": courriel}
        acte.db.execute(insert(comptes).values(id=compte_id, mot_de_passe=auth.hacher(mot_de_passe), **valeurs))
    deja = {_cle_profil(p) for p in storage.list_profils(acte.db, compte_id)}
    nouveaux = [role for role in roles if _cle_profil(role) not in deja]
    for role in nouveaux:
        acte.db.execute(profils.insert().values(id=nouvel_id(), compte_id=compte_id, **role))
    if compte is None or nouveaux:
        phrase = f"Le compte {identifiant} a reçu {len(nouveaux)} profil(s)."
        acte.tracer("compte", compte_id, "creer", phrase, apres={"profils": [r["libelle"] for r in nouveaux]})
    return compte_id


def _cle_profil(profil: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(profil.get(nom) for nom in ("type", "etablissement_id", "departement", "region"))


def _modifier(acte: Acte, compte_id: str, **valeurs: Any) -> None:
    acte.db.execute(comptes.update().where(comptes.c.id == compte_id).values(version=comptes.c.version + 1, **valeurs))
