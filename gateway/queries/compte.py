"""One's own account."""

from typing import Any

from commun.actes.unit_of_work import Acte
from gateway import proconnect
from gateway.queries.courriel import par_mot_de_passe
from gateway.storage.comptes import get_compte, list_profils
from services.notifications.schemas import GENRES, SANS_CHOIX

_VISIBLES = ("id", "type", "libelle", "etablissement_id", "departement", "region", "administrateur")


def moi(acte: Acte) -> dict[str, Any]:
    """Returns the account behind the token, with all its profils."""
    compte = get_compte(acte.db, acte.acteur.compte_id)
    miens = list_profils(acte.db, acte.acteur.compte_id)
    return {
        "identifiant": compte["identifiant"],
        "nom": compte["nom"],
        "courriel": compte["courriel"],
        "profil": acte.acteur.profil_id,
        "profils": [profil_en_clair(p) for p in miens],
        "version": compte["version"],
    }


def mon_proconnect(acte: Acte) -> dict[str, Any]:
    """Returns whether ProConnect opens one's own account, and whether its holder may bind it, or undo that."""
    compte = get_compte(acte.db, acte.acteur.compte_id)
    modifiable = proconnect.actif() and par_mot_de_passe(compte)
    return {"relie": compte["sujet"] is not None, "modifiable": modifiable}


def preferences(acte: Acte) -> dict[str, Any]:
    """Returns one's own preferences: how each kind of message reaches the account, whether it was chosen or not."""
    compte = get_compte(acte.db, acte.acteur.compte_id)
    choisis = {choix["genre"]: choix for choix in compte["preferences"]}
    return {
        "profil_par_defaut": compte["profil_par_defaut"],
        "messages": [choisis.get(genre, {"genre": genre, **SANS_CHOIX}) for genre in GENRES],
        "version": compte["version"],
    }


def profil_en_clair(profil: dict[str, Any]) -> dict[str, Any]:
    """Returns a profil as the contract shows it."""
    return {nom: profil[nom] for nom in _VISIBLES if profil[nom] is not None}
