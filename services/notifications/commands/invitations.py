"""The mail of an invitation to an account."""

from typing import Any

from commun.unit_of_work import Acte
from services.notifications.domain.envois import Genre
from services.notifications.storage import envois


def recevoir(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail; its address and its link are asked for when it leaves."""
    donnees = {nom: corps[nom] for nom in ("invitation_id", "envoi")}
    sujet = f"{corps['invitation_id']}:{corps['envoi']}"
    ligne = {"sujet": sujet, "destinataire": corps["invitation_id"], "donnees": donnees}
    envois.ajouter(acte.db, Genre.INVITATION, [ligne])
