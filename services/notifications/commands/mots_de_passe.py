"""The mails about an account's password: to who has lost it, and to whose was changed."""

from typing import Any

from commun.unit_of_work import Acte
from services.notifications.domain.envois import Genre
from services.notifications.storage import envois


def recevoir_demande(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail; whether one is to leave, where to and what it says are asked for then."""
    demande = corps["renouvellement_id"]
    ligne = {"sujet": demande, "destinataire": demande, "donnees": {"renouvellement_id": demande}}
    envois.ajouter(acte.db, Genre.RENOUVELLEMENT, [ligne])


def recevoir_changement(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares the mail that tells an account's holder that its password was changed."""
    compte_id, donnees = corps["compte_id"], {"change_le": corps["change_le"]}
    ligne = {"sujet": f"{compte_id}:{corps['version']}", "destinataire": compte_id, "donnees": donnees}
    envois.ajouter(acte.db, Genre.MOT_DE_PASSE, [ligne])
