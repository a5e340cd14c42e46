"""What the référentiel follows of other services."""

from datetime import date
from typing import Any

from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.storage.replica import Copie, suivre
from services.referentiel.storage.tables import sessions


def recevoir_session(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows what a session is, not who is registered in it: that is asked of its owner, when it matters (AGR-02)."""
    dates = {nom: date.fromisoformat(corps[nom]) for nom in ("date_debut", "date_fin")}
    suivre(acte.db, sessions, {colonne.name: corps.get(colonne.name) for colonne in sessions.c} | dates)


def reconstruire_repliques(acte: Acte) -> Etapes[dict[str, int]]:
    """Refills the copy of the sessions from their owner; returns how many were received."""
    recues = yield from reconstruire(
        acte, "sessions_gardes", "sessions", recevoir_session, Copie(sessions), par_versions=True
    )
    return {"sessions": recues}
