"""Copies of what others own: titres, sessions with who is registered, closed results."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from commun.domain.acquis import Correspondances, Resultat, correspondances_dites, correspondances_gardees
from commun.domain.referentiel import Titre
from commun.storage.replica import suivre, suivre_membres
from commun.storage.requetes import parmi, toutes
from services.candidats.storage.candidats import VIVANT
from services.candidats.storage.tables import (
    candidats,
    inscriptions,
    resultats,
    resultats_sessions,
    sessions,
    titres,
)

# -- titres -----------------------------------------------------------------------------------------------------------


_TITRES = sa.select(titres.c.code, titres.c.corps).where(parmi(titres.c.code))


def suivre_titre(db: sa.Connection, corps: dict[str, Any]) -> None:
    """Writes the copy of a titre, unless a later one is there."""
    suivre(db, titres, {"code": corps["code"], "corps": corps, "version": corps["version"]})


def get_titres(db: sa.Connection, codes: Iterable[str]) -> dict[str, Titre]:
    """Returns the titres known here among these codes."""
    return {code: Titre.publie(corps) for code, corps in _corps(db, codes).items()}


def get_correspondances(db: sa.Connection, codes: Iterable[str]) -> Correspondances:
    """Returns, for the CCPs of earlier titres, those of these titres that they stand for (REF-01)."""
    return correspondances_dites(_corps(db, codes).values())


def _corps(db: sa.Connection, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    return {ligne.code: ligne.corps for ligne in db.execute(_TITRES, {"ids": sorted(codes)})}


# -- sessions ---------------------------------------------------------------------------------------------------------

_SESSION = tuple(c.name for c in sessions.c)


def suivre_session(db: sa.Connection, corps: dict[str, Any]) -> bool:
    """Writes the copy of a session's frame, unless a later one is there. Returns whether it changed."""
    return suivre(db, sessions, {champ: corps.get(champ) for champ in _SESSION})


def remplacer_inscriptions(db: sa.Connection, session_id: str, inscrits: Iterable[dict[str, Any]]) -> None:
    """Writes who is registered in a session. Who stays is not touched: triggers follow who comes and goes."""
    suivre_membres(db, inscriptions, {"session_id": session_id}, inscrits)


def list_inscriptions(
    db: sa.Connection, candidat_id: str, condition: sa.ColumnElement[bool], courante: sa.ColumnElement[bool]
) -> list[dict[str, Any]]:
    """Returns a candidate's registrations whose session meets a condition, the earliest first, and of each whether it
    is `courante` by another."""
    requete = (
        sa.select(sessions, inscriptions.c.parcours, courante.label("courante"))
        .join(inscriptions)
        .where(_a_lui(inscriptions.c.candidat_id, candidat_id), condition)
        .order_by(sessions.c.date_debut, sessions.c.numero)
    )
    par_session = {ligne["id"]: ligne for ligne in toutes(db, requete)}
    return list(par_session.values())


def inscrits_a(db: sa.Connection, session_id: str, etablissement_id: str | None) -> frozenset[str]:
    """Returns the candidates registered in a session of this centre; none for another's, which it does not see."""
    requete = (
        sa.select(VIVANT)
        .join_from(inscriptions, candidats, candidats.c.id == inscriptions.c.candidat_id)
        .join(sessions, sessions.c.id == inscriptions.c.session_id)
        .where(sessions.c.id == session_id, sessions.c.etablissement_id == etablissement_id)
    )
    return frozenset(db.scalars(requete))


# -- results ----------------------------------------------------------------------------------------------------------

_IDENTITES = (candidats.c.id, candidats.c.canonique_id)
"""Under which a candidate is one of those asked for: his own id, or theirs into whom he was merged."""
_RESULTATS = (
    sa.select(VIVANT, resultats, resultats_sessions)
    .join_from(resultats, resultats_sessions)
    .join(candidats, candidats.c.id == resultats.c.candidat_id)
    .where(sa.or_(*map(parmi, _IDENTITES)))
)
_CANDIDATS_DE = sa.select(resultats.c.candidat_id).where(parmi(resultats.c.session_id))


def suivre_resultats(db: sa.Connection, entete: dict[str, Any]) -> bool:
    """Writes the heading of a session's closed results, unless a later one is there. Returns whether it changed."""
    return suivre(db, resultats_sessions, entete)


def remplacer_resultats(db: sa.Connection, session_id: str, lignes: Iterable[dict[str, Any]]) -> None:
    """Writes the lines of a session's last closed version."""
    suivre_membres(db, resultats, {"session_id": session_id}, lignes)


def entetes(db: sa.Connection, session_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Returns the headings of the closed results of these sessions."""
    requete = sa.select(resultats_sessions).where(resultats_sessions.c.session_id.in_(sorted(session_ids)))
    return toutes(db, requete.order_by(resultats_sessions.c.session_id))


def oublier_resultats(db: sa.Connection, session_id: str) -> None:
    """Takes away the heading of results that has no line left."""
    db.execute(resultats_sessions.delete().where(resultats_sessions.c.session_id == session_id))


def candidats_de(db: sa.Connection, *session_ids: str) -> frozenset[str]:
    """Returns the candidates who have a line in the last closed results of these sessions."""
    return frozenset(db.scalars(_CANDIDATS_DE, {"ids": list(session_ids)}))


def list_resultats(db: sa.Connection, ids: Iterable[str]) -> dict[str, list[Resultat]]:
    """Returns, for each of these candidates, the lines from which the acquis are computed."""
    par_candidat: dict[str, list[Resultat]] = {}
    for r in db.execute(_RESULTATS, {"ids": list(ids)}).mappings():
        par_candidat.setdefault(r["vivant"], []).append(
            Resultat(
                session_id=r["session_id"],
                date=r["acquis_le"] or r["date"],
                juge_le=r["juge_le"] or r["date"],
                titre_code=r["titre_code"],
                ccps=frozenset(r["ccps"]),
                ccs_code=r["ccs_code"] if r["ccs_acquis"] else None,
                entretien_final=r["entretien_final"],
                confirme=r["confirmes"],
                ccp_exiges=None if r["ccp_exiges"] is None else frozenset(r["ccp_exiges"]),
                correspondances=correspondances_gardees(r["correspondances"]),
            )
        )
    return par_candidat


def resultat_enregistre(db: sa.Connection, candidat_id: str) -> bool:
    """Returns whether a result is recorded for a candidate, closed or being entered (CAN-02)."""
    clos = sa.exists().where(_a_lui(resultats.c.candidat_id, candidat_id))
    saisi = sa.exists().where(_a_lui(inscriptions.c.candidat_id, candidat_id), inscriptions.c.resultat_saisi)
    return bool(db.scalar(sa.select(clos | saisi)))


def _a_lui(colonne: sa.ColumnElement[Any], candidat_id: str) -> sa.ColumnElement[bool]:
    """Returns the condition that a row of a copy is of this candidate, or of one merged into him."""
    lui = sa.or_(*(identite == candidat_id for identite in _IDENTITES))
    return colonne.in_(sa.select(candidats.c.id).where(lui))
