"""Results sheets, appended and never overwritten, and those that were closed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from commun import clock
from commun.domain.acquis import Resultat, correspondances_gardees
from commun.storage.ensemble import Ligne
from commun.storage.requetes import objet, parmi, toutes
from services.sessions.domain.model import Etat
from services.sessions.domain.resultats import (
    Absence,
    Entretien,
    Feuille,
    ResultatCandidat,
    ResultatCcp,
    ResultatCcs,
    jour_du_jury,
)
from services.sessions.storage.memoire import CLOSES, CLOTURES, FEUILLES, Avance, Lecture, oublier, par_cle, par_session
from services.sessions.storage.tables import clotures, inscriptions_candidats, resultats, sessions


@dataclass(frozen=True)
class Cloture:
    """A closed sheet.

    Attributes:
        motif: why the session had been unblocked before.
        ccp_exiges: the CCPs by which it was judged (`domain.resultats.ccp_a_exiger`); `None` where they were not kept.
        acquis: by candidate, the codes that he had by other sessions; `None` likewise.
        correspondances: by earlier CCP, those judged here for which it stood (REF-01); `None` likewise.
    """

    version: int
    resultats_version: int
    arretee_le: date
    motif: str = ""
    visee_le: date | None = None
    visa_service: str | None = None
    visa_agent: str | None = None
    ccp_exiges: list[str] | None = None
    acquis: dict[str, list[str]] | None = None
    correspondances: dict[str, list[str]] | None = None


_i = inscriptions_candidats
_ceux = (
    sa.select(
        _i.c.session_id,
        sa.func.array_agg(_i.c.candidat_id).label("candidats"),
        sa.func.array_agg(_i.c.canonique_id).label("canoniques"),
    )
    .where(parmi(_i.c.canonique_id))
    .group_by(_i.c.session_id)
    .subquery("ceux")
)
_closes = clotures.alias("closes")
_des_clotures = sa.select(_closes.c.session_id).where(_closes.c.session_id == _ceux.c.session_id)
_feuille_close = (
    sa.select(resultats.c.lignes.op("||")(sa.literal_column("'{}'::jsonb")).label("lignes"))
    .where(resultats.c.session_id == clotures.c.session_id, resultats.c.version == clotures.c.resultats_version)
    .offset(sa.literal_column("0"))
    .lateral("feuille")
)
"""A sheet as it is in memory, once and apart (« OFFSET »): looked up where it is stored, it would be read and unpacked
whole for each of its lines, 1 s for two thousand of them."""
_chacun = sa.func.unnest(_ceux.c.candidats, _ceux.c.canoniques).table_valued("candidat_id", "canonique_id")
_chacun = _chacun.render_derived("chacun")
_sa_ligne = _feuille_close.c.lignes[sa.cast(_chacun.c.candidat_id, sa.Text)]
_CLOSES = (
    sa.select(
        clotures.c.visee_le,
        clotures.c.ccp_exiges,
        clotures.c.correspondances,
        sessions.c.id,
        sessions.c.date_fin,
        clotures.c.arretee_le,
        _des_clotures.with_only_columns(sa.func.min(_closes.c.arretee_le)).scalar_subquery().label("premiere"),
        sessions.c.titre_code,
        sessions.c.ccs_code,
        sa.select(sa.func.jsonb_agg(sa.func.jsonb_build_array(_chacun.c.canonique_id, _sa_ligne), type_=JSONB))
        .select_from(_chacun)
        .scalar_subquery()
        .label("lignes"),
    )
    .join_from(_ceux, sessions, sessions.c.id == _ceux.c.session_id)
    .join(clotures, clotures.c.session_id == _ceux.c.session_id)
    .join(_feuille_close, sa.true())
    .where(
        clotures.c.version == _des_clotures.with_only_columns(sa.func.max(_closes.c.version)).scalar_subquery(),
        sessions.c.etat != Etat.ANNULEE.value,
    )
    .order_by(sessions.c.id)
)
"""The last closing of each session where some identities are; `lignes`: the line of each of these, if it has one."""
_CLOTURES = sa.select(clotures).where(parmi(clotures.c.session_id)).order_by(clotures.c.session_id, clotures.c.version)
_FEUILLES = (
    sa.select(resultats)
    .where(parmi(resultats.c.session_id))
    .ext(distinct_on(resultats.c.session_id))
    .order_by(resultats.c.session_id, resultats.c.version.desc())
)


def feuilles(db: sa.Connection, session_ids: Iterable[str]) -> dict[str, tuple[int, Feuille]]:
    """Returns the last sheet of these sessions, with its version."""
    return par_cle(db, LECTURE_DES_FEUILLES, session_ids)


def feuille(db: sa.Connection, session_id: str, version: int) -> Feuille | None:
    """Returns one version of a session's sheet."""
    derniere, proposee = feuilles(db, [session_id]).get(session_id, (0, None))
    if version == derniere:
        return proposee
    requete = sa.select(resultats).where(resultats.c.session_id == session_id, resultats.c.version == version)
    ligne = db.execute(requete).mappings().first()
    return _feuille(ligne) if ligne else None


def versions(db: sa.Connection, session_id: str) -> list[dict[str, Any]]:
    """Returns who entered which version, and when, newest first."""
    colonnes = (resultats.c.version, resultats.c.saisis_a, resultats.c.saisis_par)
    requete = sa.select(*colonnes).where(resultats.c.session_id == session_id).order_by(resultats.c.version.desc())
    return toutes(db, requete)


def ajouter_feuille(db: sa.Connection, session_id: str, version: int, proposee: Feuille, par: str) -> None:
    """Appends a sheet."""
    db.execute(
        resultats.insert().values(
            session_id=session_id,
            version=version,
            saisis_a=clock.maintenant(),
            saisis_par=par,
            jures_presents=sorted(proposee.jures_presents),
            lignes={r.candidat_id: en_json(r) for r in proposee.resultats},
        )
    )
    oublier(db, FEUILLES)


def cloturer(
    db: sa.Connection,
    session_id: str,
    resultats_version: int,
    jour: date,
    motif: str,
    ccp_exiges: Iterable[str],
    acquis: Mapping[str, Iterable[str]],
    correspondances: Mapping[str, list[str]],
) -> int:
    """Notes that a sheet was closed, the CCPs by which it was judged, what each candidate had from elsewhere, and the
    correspondences through which that was read. Returns the version of its PV."""
    suivante = sa.select(sa.func.coalesce(sa.func.max(clotures.c.version), 0) + 1).where(
        clotures.c.session_id == session_id
    )
    ecriture = clotures.insert().values(
        session_id=session_id,
        version=suivante.scalar_subquery(),
        resultats_version=resultats_version,
        arretee_le=jour,
        motif=motif,
        ccp_exiges=sorted(ccp_exiges),
        acquis={candidat_id: sorted(codes) for candidat_id, codes in acquis.items()},
        correspondances=correspondances,
    )
    version: int = db.execute(ecriture.returning(clotures.c.version)).scalar_one()
    oublier(db, CLOTURES, CLOSES)
    return version


def viser(db: sa.Connection, session_id: str, version: int, jour: date, service: str, agent: str) -> None:
    """Notes that the administration signed the PV of a closing."""
    db.execute(
        clotures.update()
        .where(clotures.c.session_id == session_id, clotures.c.version == version)
        .values(visee_le=jour, visa_service=service, visa_agent=agent)
    )
    oublier(db, CLOTURES, CLOSES)


def clotures_de(db: sa.Connection, session_id: str) -> list[Cloture]:
    """Returns the closings of a session, oldest first."""
    return par_cle(db, LECTURE_DES_CLOTURES, [session_id]).get(session_id, [])


def resultats_clos(db: sa.Connection, canoniques: Iterable[str]) -> dict[str, list[Resultat]]:
    """Returns, by identity, its line in the last closing of each of its sessions: unblocking one closes nothing, so
    withdraws nothing; cancelling it withdraws all that it gave (RES-04).
    """
    return par_cle(db, LECTURE_DES_CLOSES, canoniques)


def ligne_de(candidat_id: str, j: Mapping[str, Any]) -> ResultatCandidat:
    """Returns a line as it was stored, or as a form gives it."""
    return ResultatCandidat(
        candidat_id=candidat_id,
        present=j["present"],
        absence=Absence(j["absence"]) if j["absence"] else None,
        ccps={code: ResultatCcp(r) for code, r in j["ccps"].items()},
        entretien_final=Entretien(j["entretien_final"]) if j["entretien_final"] else None,
        ccs=ResultatCcs(j["ccs"]) if j["ccs"] else None,
    )


def en_json(r: ResultatCandidat) -> dict[str, Any]:
    """Returns a line as it is stored and shown, without whose it is."""
    return {
        "present": r.present,
        "absence": r.absence,
        "ccps": dict(r.ccps),
        "entretien_final": r.entretien_final,
        "ccs": r.ccs,
    }


def _feuille(ligne: Any) -> Feuille:
    lignes = tuple(ligne_de(candidat_id, j) for candidat_id, j in ligne["lignes"].items())
    return Feuille(lignes, frozenset(ligne["jures_presents"]))


def _resultats_de(close: Any) -> Iterator[tuple[str, Resultat]]:
    """Yields what a session gave to each of those asked for who have a line there, by identity."""
    date_du_jury = jour_du_jury(close["date_fin"], close["premiere"])
    juge_le = jour_du_jury(close["date_fin"], close["arretee_le"])
    exiges = None if close["ccp_exiges"] is None else frozenset(close["ccp_exiges"])
    correspondances = correspondances_gardees(close["correspondances"])
    for canonique_id, ligne in close["lignes"]:
        if ligne is None:
            continue
        resultat = ligne_de("", ligne)
        yield (
            canonique_id,
            Resultat(
                session_id=close["id"],
                date=date_du_jury,
                juge_le=juge_le,
                titre_code=close["titre_code"],
                ccps=resultat.ccps_a(ResultatCcp.ACQUIS),
                ccs_code=close["ccs_code"] if resultat.ccs is ResultatCcs.ACQUIS else None,
                entretien_final=resultat.entretien_final,
                confirme=close["visee_le"] is not None,
                ccp_exiges=exiges,
                correspondances=correspondances,
            ),
        )


def _clotures(lignes: Iterable[Ligne]) -> dict[str, list[Cloture]]:
    return {session_id: [objet(Cloture, une) for une in siennes] for session_id, siennes in par_session(lignes).items()}


def _feuilles(lignes: Iterable[Ligne]) -> dict[str, tuple[int, Feuille]]:
    return {ligne["session_id"]: (ligne["version"], _feuille(ligne)) for ligne in lignes}


def _resultats_clos(closes: Iterable[Ligne]) -> dict[str, list[Resultat]]:
    trouves: dict[str, list[Resultat]] = defaultdict(list)
    for close in closes:
        for canonique_id, resultat in _resultats_de(close):
            trouves[canonique_id].append(resultat)
    return trouves


LECTURE_DES_CLOTURES = Lecture(CLOTURES, _CLOTURES, _clotures)
LECTURE_DES_FEUILLES = Lecture(FEUILLES, _FEUILLES, _feuilles)
LECTURE_DES_CLOSES = Lecture(CLOSES, _CLOSES, _resultats_clos)
AVANCE_DES_RESULTATS = Avance(LECTURE_DES_FEUILLES, LECTURE_DES_CLOTURES)
