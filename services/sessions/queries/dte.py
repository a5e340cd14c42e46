"""DTE requests."""

from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.storage.db import identifiant
from services.sessions.queries.fiche import dte_en_clair, session_seule_visible
from services.sessions.storage import dte


def dte_visible(acte: Acte, demande_id: str) -> dict[str, Any]:
    """Returns a request on a session of the actor's perimeter."""
    ligne = dte.get_demande(acte.db, identifiant(demande_id))
    if ligne is None:
        raise Introuvable()
    session_seule_visible(acte, ligne["session_id"])
    return dte_en_clair(ligne)
