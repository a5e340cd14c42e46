"""The alerts of the sessions to come, or being held: raised where something breaks, lifted where it is mended."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from commun import clock
from commun.domain.rules import Manquement
from commun.storage.db import nouvel_id
from commun.storage.ensemble import Ligne
from commun.storage.requetes import ajouter, parmi
from services.sessions.storage.memoire import ALERTES, Lecture, oublier, par_cle, par_session
from services.sessions.storage.tables import alertes, inscriptions_candidats

PLAFOND = "SES-06"
_DU_PLAFOND = (alertes.c.code == PLAFOND) & alertes.c.levee_a.is_(None)
_LEVEES = alertes.update().where(parmi(alertes.c.id)).values(levee_a=sa.bindparam("maintenant"))
_EN_COURS = sa.select(alertes).where(parmi(alertes.c.session_id), alertes.c.levee_a.is_(None)).order_by(alertes.c.id)


@dataclass(frozen=True)
class Alerte:
    """An alert under way."""

    id: str
    code: str
    message: str


def _alertes(lignes: Iterable[Ligne]) -> dict[str, list[Alerte]]:
    return {
        session_id: [Alerte(ligne["id"], ligne["code"], ligne["message"]) for ligne in siennes]
        for session_id, siennes in par_session(lignes).items()
    }


LECTURE = Lecture(ALERTES, _EN_COURS, _alertes)


def en_cours(db: sa.Connection, session_ids: Iterable[str]) -> dict[str, list[Alerte]]:
    """Returns the alerts of these sessions that are not lifted, oldest first."""
    return par_cle(db, LECTURE, session_ids)


def au_dela_du_plafond(db: sa.Connection, canoniques: Iterable[str], session_id: str) -> list[str]:
    """Returns those of these identities who are in another session that has the alert of the cap (SES-06)."""
    i = inscriptions_candidats
    requete = (
        sa.select(i.c.canonique_id)
        .join_from(i, alertes, alertes.c.session_id == i.c.session_id)
        .where(i.c.canonique_id.in_(sorted(set(canoniques))), i.c.session_id != session_id, _DU_PLAFOND)
        .distinct()
        .order_by(i.c.canonique_id)
    )
    return list(db.scalars(requete))


def sessions_alertees(codes: Collection[str] = ()) -> sa.Select[tuple[str]]:
    """Returns the query of the sessions that have an alert; of one of these codes, where some are given."""
    alertees = sa.select(alertes.c.session_id).where(alertes.c.levee_a.is_(None))
    return alertees.where(alertes.c.code.in_(sorted(codes))) if codes else alertees


def actualiser(db: sa.Connection, constats: Mapping[str, Iterable[Manquement]]) -> None:
    """Makes the alerts of these sessions those of these findings, in as many statements for a thousand as for one."""
    connues = en_cours(db, constats)
    levees, nouvelles = list[str](), list[tuple[str, str, str]]()
    for session_id, siens in constats.items():
        voulues = {(m.code, m.message) for m in siens}
        presentes = {(a.code, a.message): a.id for a in connues.get(session_id, [])}
        levees += [alerte_id for cle, alerte_id in presentes.items() if cle not in voulues]
        nouvelles += [(session_id, code, message) for code, message in sorted(voulues - presentes.keys())]
    maintenant = clock.maintenant()
    if levees:
        db.execute(_LEVEES, {"ids": levees, "maintenant": maintenant})
    lignes = (
        {"id": nouvel_id(), "session_id": session_id, "code": code, "message": message, "depuis": maintenant}
        for session_id, code, message in nouvelles
    )
    ajouter(db, alertes, lignes)
    if levees or nouvelles:
        oublier(db, ALERTES)
