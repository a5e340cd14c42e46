"""The mails about accounts: to who is invited to one, has lost its password, had its password or address changed, had
it bound to ProConnect, or lost a profil or the account itself.
"""

from typing import Any

from commun.actes.unit_of_work import Acte
from services.notifications.domain.envois import Genre
from services.notifications.storage import envois


def recevoir_invitation(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail; its address and its link are asked for when it leaves."""
    donnees = {nom: corps[nom] for nom in ("invitation_id", "envoi")}
    sujet = f"{corps['invitation_id']}:{corps['envoi']}"
    ligne = {"sujet": sujet, "destinataire": corps["invitation_id"], "donnees": donnees}
    envois.ajouter(acte.db, Genre.INVITATION, [ligne])


def recevoir_demande(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail; whether one is to leave, where to and what it says are asked for then."""
    demande = corps["renouvellement_id"]
    ligne = {"sujet": demande, "destinataire": demande, "donnees": {"renouvellement_id": demande}}
    envois.ajouter(acte.db, Genre.RENOUVELLEMENT, [ligne])


def recevoir_mot_de_passe(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail that tells an account's holder that its password was changed."""
    _au_titulaire(acte, Genre.MOT_DE_PASSE, corps, "change_le")


def recevoir_proconnect(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail that tells an account's holder that an identity of ProConnect opens it."""
    _au_titulaire(acte, Genre.PROCONNECT_RELIE, corps, "relie_le")


def recevoir_retrait(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail that tells an account's holder that a profil was taken from it, or that it was closed."""
    _au_titulaire(acte, Genre.ACCES_RETIRE, corps, "libelle", "par", "fait_le")


def recevoir_demande_de_courriel(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mails about an address that an account's holder asks for: to it, and to the one that he has."""
    _aux_deux(acte, Genre.COURRIEL_DEMANDE, corps["changement_id"])


def recevoir_courriel(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mails that tell an account's old address, and its new one, that it was changed."""
    _aux_deux(acte, Genre.COURRIEL_CHANGE, corps["changement_id"])


def _au_titulaire(acte: Acte, genre: Genre, corps: dict[str, Any], *dits: str) -> None:
    """Prepares the mail that tells an account's holder what was done to it; `dits`: what it says of the event."""
    compte_id, donnees = corps["compte_id"], {nom: corps[nom] for nom in dits}
    ligne = {"sujet": f"{compte_id}:{corps['version']}", "destinataire": compte_id, "donnees": donnees}
    envois.ajouter(acte.db, genre, [ligne])


def _aux_deux(acte: Acte, genre: Genre, quel: str) -> None:
    """Prepares the mails about a change of address; both addresses are asked for then."""
    lignes = [
        {"sujet": quel, "destinataire": f"{a}:{quel}", "donnees": {"changement_id": quel, "a": a}}
        for a in ("ancien", "nouveau")
    ]
    envois.ajouter(acte.db, genre, lignes)
