"""What other services ask: leaf reads, for nobody's perimeter."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.lots import par_lots
from commun.storage.db import identifiant
from commun.storage.replica import en_tranche, tranche
from commun.storage.requetes import parmi
from services.sessions.domain.model import Etat, Session
from services.sessions.queries.jury import demande_de
from services.sessions.queries.publications import inscription_publiee, session_publiee
from services.sessions.queries.resultats import resultats_publies
from services.sessions.storage import inscriptions
from services.sessions.storage.resultats import AVANCE_DES_RESULTATS
from services.sessions.storage.sessions import get_sessions, get_sessions_seules
from services.sessions.storage.tables import clotures, inscriptions_candidats, inscriptions_jures, sessions

INSCRIRE = "inscrire_jure"
SOUMETTRE = "soumettre_session"
VALIDER = "valider_session"
"""The intentions of acts about to seat jurés: those asked of their sessions hear of them before they are done."""
SUIVRE = "suivre_jure"
"""That of a listener who asks what jurés may do: one who has heard something later writes after it."""
_A_DIRE, _A_LA_FOIS = 200, 50
"""Sessions that a page tells of, which who is told writes in one transaction; those that are read at once: of five
hundred, the candidates alone took a hundred milliseconds of the processor, while nobody else was served."""
_FINIES = (Etat.ANNULEE.value, Etat.CLOTUREE.value)
"""The stored states of a session which is over, whatever its dates."""


def inscriptions_du_jure(acte: Acte, jure_id: str) -> list[Json]:
    """Returns every session where a juré is registered, or is being registered at this very moment (HAB-05, JUR-03).

    An intention comes after what it is about to change: a session being submitted shows as submitted too.
    `cadre`: what `jures` is asked of one where he sits, for who would ask whether he still may; `perdue`: whether it
    last answered that he may not.
    """
    cle = identifiant(jure_id)
    sieges = inscriptions.sessions_du_jure(acte.db, cle)
    connues = get_sessions_seules(acte.db, (session_id for session_id, *_ in sieges))
    inscrites = [
        inscription_publiee(acte, connues[session_id], habilitation)
        | {"autres_habilitations": autres, "perdue": perdue, "cadre": demande_de(acte, connues[session_id].cadre)}
        for session_id, habilitation, autres, perdue in sieges
    ]
    return inscrites + acte.intentions_sur(cle, INSCRIRE, SOUMETTRE, VALIDER)


def inscrites_depuis(acte: Acte, personne_ids: list[str], jour: str) -> list[str]:
    """Returns those of these people, candidates or jurés, who are registered in a session that ends on this day, or
    later."""
    inscrits = (inscriptions_candidats.c.candidat_id, inscriptions_jures.c.jure_id)
    requetes = [
        sa.select(qui).join_from(qui.table, sessions).where(parmi(qui), sessions.c.date_fin >= date.fromisoformat(jour))
        for qui in inscrits
    ]
    return sorted(acte.db.scalars(sa.union(*requetes), {"ids": personne_ids}))


def sessions_publiees(acte: Acte, apres: str | None, limite: int, connues: dict[str, int] | None = None) -> Json:
    """Returns sessions as their events tell of them, for a copy to be rebuilt; but those that it holds (`connues`) at
    their version."""
    return _en_tranche(acte, sa.true(), session_publiee, apres, limite, connues)


def resultats_clos(acte: Acte, apres: str | None, limite: int, connues: dict[str, int] | None = None) -> Json:
    """Returns the last closed results of sessions, for a copy to be rebuilt; but those of `connues`, as above."""
    closes = sa.exists().where(clotures.c.session_id == sessions.c.id)
    return _en_tranche(acte, closes, resultats_publies, apres, limite, connues)


def _en_tranche(
    acte: Acte,
    condition: sa.ColumnElement[bool],
    dire: Callable[[Acte, Session], Json | None],
    apres: str | None,
    limite: int,
    connues: dict[str, int] | None,
) -> Json:
    requete = sa.select(sessions.c.id, sessions.c.version).where(condition)
    versions = {s.id: s.version for s in acte.db.execute(tranche(requete, sessions.c.id, apres, limite))}
    cles, a_dire = list(versions), [cle for cle in versions if (connues or {}).get(cle) != versions[cle]]
    if suite := a_dire[_A_DIRE:]:
        cles = cles[: cles.index(suite[0])]
        a_dire, limite = a_dire[:_A_DIRE], len(cles)
    elements: list[Json] = []
    for lot in par_lots(a_dire, _A_LA_FOIS):
        lues = get_sessions(acte.db, lot)
        AVANCE_DES_RESULTATS.lire(acte.db, ids=lues)  # in one trip: each is then told of from it
        elements += [corps for session in lues.values() if (corps := dire(acte, session))]
    return en_tranche(elements, cles, limite, sorted({*cles} - {*a_dire}))


def participants(acte: Acte, session_ids: list[str]) -> list[Json]:
    """Returns where these sessions stand and who is registered in them, by name and by the id under which he is known
    now: in bulk, for a page that shows, and counts, whom an act puts at risk.
    """
    lues = get_sessions(acte.db, [identifiant(cle) for cle in session_ids])
    return [_participants(acte, s) for s in lues.values()]


def a_venir(
    acte: Acte, etablissement_id: str, site_id: str, titre_code: str | None, ccs_code: str | None, depuis: str
) -> list[Json]:
    """Returns the sessions of a site for a titre, or for a CCS, that are not over on a day, with their participants:
    one just created is among them, of which no event has told yet (AGR-02)."""
    c = sessions.c
    meme_sujet = c.ccs_code == ccs_code if ccs_code else (c.titre_code == titre_code) & c.ccs_code.is_(None)
    du_site = (c.etablissement_id == identifiant(etablissement_id)) & (c.site_id == identifiant(site_id))
    pas_finies = c.date_fin >= date.fromisoformat(depuis), c.etat.not_in(_FINIES)
    lues = get_sessions(acte.db, acte.db.scalars(sa.select(c.id).where(du_site, meme_sujet, *pas_finies)))
    return [
        _participants(acte, s)
        | {"numero": s.numero}
        | {nom: getattr(s.cadre, nom) for nom in ("titre_code", "ccs_code", "date_debut", "date_fin")}
        for s in sorted(lues.values(), key=lambda s: (s.cadre.date_debut, s.numero))
        if s.etat_le(acte.jour(s.fuseau)) is not Etat.CADUQUE
    ]


def _participants(acte: Acte, s: Session) -> Json:
    return {
        "id": s.id,
        "etat": s.etat_le(acte.jour(s.fuseau)),
        "etablissement_id": s.cadre.etablissement_id,
        "candidats": [{"id": c.identite, "nom": c.nom} for c in s.candidats],
        "jures": [{"id": j.identite, "nom": j.nom} for j in s.jures],
    }
