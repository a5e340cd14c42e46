"""DTE requests."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.storage.db import nouvel_id
from commun.storage.ensemble import Ligne
from commun.storage.requetes import parmi
from services.sessions.domain.model import EtatDte
from services.sessions.storage.memoire import DTE, Lecture, oublier, par_cle, par_session
from services.sessions.storage.tables import demandes_dte

_DEMANDES = sa.select(demandes_dte).where(parmi(demandes_dte.c.session_id)).order_by(demandes_dte.c.id)
LECTURE = Lecture(DTE, _DEMANDES, par_session)


def demandes_des_sessions(db: sa.Connection, session_ids: Iterable[str]) -> dict[str, list[Ligne]]:
    """Returns the requests of these sessions, by session, oldest first."""
    return par_cle(db, LECTURE, session_ids)


def get_demande(db: sa.Connection, demande_id: str) -> Ligne | None:
    """Returns a request."""
    return db.execute(sa.select(demandes_dte).where(demandes_dte.c.id == demande_id)).mappings().first()


def ajouter_demande(db: sa.Connection, session_id: str, commentaire: str | None, jour: date) -> str:
    """Notes that a centre asks for a session's subject; returns the request's id."""
    cle = nouvel_id()
    valeurs = {"id": cle, "session_id": session_id, "etat": EtatDte.DEMANDEE.value}
    db.execute(demandes_dte.insert().values(**valeurs, commentaire=commentaire, demandee_le=jour))
    oublier(db, DTE)
    return cle


def repondre(db: sa.Connection, demande_id: str, **reponse: Any) -> None:
    """Notes what the administration made of a request: `etat`, `motif`, `version`."""
    db.execute(demandes_dte.update().where(demandes_dte.c.id == demande_id).values(reponse))
    oublier(db, DTE)
