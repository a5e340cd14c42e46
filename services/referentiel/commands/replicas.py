"""What the référentiel follows of other services."""

from collections.abc import Generator
from datetime import date
from typing import Any

from commun.replica import reconstruire, suivre
from commun.unit_of_work import Acte, Question
from services.referentiel.storage.tables import sessions


def suivre_session(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows a session, so that the warnings of AGR-02 wait for no other service."""
    dates = {nom: date.fromisoformat(corps[nom]) for nom in ("date_debut", "date_fin")}
    inscrits = {
        "jures": [j["jure_id"] for j in corps["jures"]],
        "candidats": [c["candidat_id"] for c in corps["candidats"]],
    }
    suivre(acte.db, sessions, {colonne.name: corps.get(colonne.name) for colonne in sessions.c} | dates | inscrits)


def reconstruire_repliques(acte: Acte) -> Generator[Question, Any, dict[str, int]]:
    """Refills the copy of the sessions from their owner; returns how many were received."""
    recues = yield from reconstruire(acte, "sessions_gardes", "sessions", suivre_session)
    return {"sessions": recues}
