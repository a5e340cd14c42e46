"""Accounts, as those who administer them see them."""

from typing import Any

from commun.unit_of_work import Acte
from gateway import auth
from gateway.storage import comptes


def creer_compte(
    acte: Acte, identifiant: str, nom: str, courriel: str, mot_de_passe: str, roles: list[dict[str, Any]]
) -> str:
    """Creates an account with its profils (`{type, libelle, etablissement_id?, departement?, region?}`).

    For who installs CERES: the first account can only come from here.

    Returns:
        The account's id. One that exists keeps its password; profils that it lacks are added.
    """
    compte = comptes.get_compte_par_identifiant(acte.db, identifiant)
    if compte is None:
        valeurs = {"identifiant": identifiant, "nom": nom, "courriel": courriel}
        compte_id = comptes.add_compte(acte.db, mot_de_passe=auth.hacher(mot_de_passe), **valeurs)
    else:
        compte_id = str(compte["id"])
    deja = {_cle_profil(p) for p in comptes.list_profils(acte.db, compte_id)}
    nouveaux = [role for role in roles if _cle_profil(role) not in deja]
    for role in nouveaux:
        comptes.add_profil(acte.db, compte_id, **role)
    if compte is None or nouveaux:
        phrase = f"Le compte {identifiant} a reçu {len(nouveaux)} profil(s)."
        acte.tracer("compte", compte_id, "creer", phrase, apres={"profils": [r["libelle"] for r in nouveaux]})
    return compte_id


def _cle_profil(profil: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(profil.get(nom) for nom in ("type", "etablissement_id", "departement", "region"))
