"""The alerts of the sessions to come: raised where something breaks, lifted where it is mended."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from commun import clock
from commun.db import nouvel_id
from commun.requetes import parmi
from commun.rules import Manquement
from services.sessions.storage.memoire import ALERTES, oublier, par_cle
from services.sessions.storage.tables import alertes

_EN_COURS = sa.select(alertes).where(parmi(alertes.c.session_id), alertes.c.levee_a.is_(None)).order_by(alertes.c.id)


@dataclass(frozen=True)
class Alerte:
    """An alert under way."""

    id: str
    code: str
    message: str


def en_cours(db: sa.Connection, session_ids: Iterable[str]) -> dict[str, list[Alerte]]:
    """Returns the alerts of these sessions that are not lifted, oldest first."""
    return par_cle(db, ALERTES, session_ids, lambda manquent: _en_cours(db, manquent))


def _en_cours(db: sa.Connection, session_ids: list[str]) -> dict[str, list[Alerte]]:
    groupes: dict[str, list[Alerte]] = {session_id: [] for session_id in session_ids}
    for ligne in db.execute(_EN_COURS, {"ids": session_ids}).mappings():
        groupes[ligne["session_id"]].append(Alerte(ligne["id"], ligne["code"], ligne["message"]))
    return groupes


def actualiser(db: sa.Connection, session_id: str, constats: Iterable[Manquement]) -> tuple[list[Alerte], list[Alerte]]:
    """Makes the alerts of a session those of these findings. Returns (raised, lifted)."""
    voulues = {(m.code, m.message) for m in constats}
    presentes = {(a.code, a.message): a for a in en_cours(db, [session_id]).get(session_id, [])}
    levees = [a for cle, a in presentes.items() if cle not in voulues]
    nouvelles = [Alerte(nouvel_id(), *cle) for cle in sorted(voulues - presentes.keys())]
    if levees:
        fin = alertes.update().where(alertes.c.id.in_([a.id for a in levees]))
        db.execute(fin.values(levee_a=clock.maintenant()))
    if nouvelles:
        depuis = {"session_id": session_id, "depuis": clock.maintenant()}
        db.execute(alertes.insert().values([a.__dict__ | depuis for a in nouvelles]))
    if levees or nouvelles:
        oublier(db, ALERTES)
    return nouvelles, levees
