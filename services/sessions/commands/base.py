"""What every act on a session begins and ends with."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from operator import attrgetter

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.domain.lifecycle import Decision
from commun.domain.rules import Manquement, avertissements
from commun.storage.db import identifiant
from commun.traces.changements import avec_changements, ce_qui_change
from commun.traces.nominatif import nominatif
from services.sessions.commands.alertes import signaler
from services.sessions.commands.annonces import annoncer_annulation, annoncer_le_changement
from services.sessions.commands.plafonds import annoncer_les_credits
from services.sessions.commands.retrouver import noms
from services.sessions.domain import changements
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import InscriptionCandidat, Session
from services.sessions.domain.perimetre import exiger_perimetre
from services.sessions.queries.faits import faits_de
from services.sessions.queries.fiche import en_clair
from services.sessions.storage.sessions import get_session, get_session_seule, save_session

_MOTS = {
    "type": "Le type a été changé",
    "titre_code": "Le titre a été changé",
    "ccs_code": "Le CCS a été changé",
    "ccp_codes": "Les CCP ont été changés",
    "entretien_final": "L'entretien final a été changé",
    "site": "Le site a été changé",
    "date_debut": "Le début a été changé",
    "date_fin": "La fin a été changée",
    "heure_debut": "L'heure de début a été changée",
    "heure_convocation": "L'heure de convocation a été changée",
}
"""What a change of the session's frame or hours says; of people, the sentence of the act does."""


def session_a_changer(
    acte: Acte, session_id: str, action: Action, version: Callable[[Session], int] = attrgetter("version")
) -> Session:
    """Returns a session that this profil may act on, locked, in the version that the caller saw.

    Args:
        version: that of what is changed, where it is a part of the session with a version of its own.
    """
    return _accessible(acte, session_id, action, partial(get_session, verrou=True), version)


def exiger_acces(acte: Acte, session_id: str, action: Action) -> Session:
    """Returns a session that this profil may act on, without its people and without a lock: for what is asked before.

    What the answer leads to is decided on the session that `session_a_changer` gives.
    """
    return _accessible(acte, session_id, action, get_session_seule, attrgetter("version"))


def _accessible(
    acte: Acte,
    session_id: str,
    action: Action,
    lire: Callable[[sa.Connection, str], Session],
    version: Callable[[Session], int],
) -> Session:
    SESSION.exiger_droit(action, acte.acteur.type)
    session = lire(acte.db, identifiant(session_id))
    exiger_perimetre(acte.acteur, session.cadre)
    acte.exiger_version(version(session))
    return session


def inscription_de(session: Session, candidat_id: str) -> InscriptionCandidat:
    """Returns the registration of a candidate, by this id or by that under which he is registered.

    Raises:
        Introuvable: he has none.
    """
    sous = session.inscrit_sous(identifiant(candidat_id))
    if inscription := next((c for c in session.candidats if c.candidat_id == sous), None):
        return inscription
    raise Introuvable()


def decider(acte: Acte, action: Action, faits: Faits, forme: Json) -> Decision:
    """Returns what the table decides of an act whose form says what was confirmed; refuses it where it may not be done
    now."""
    return SESSION.decider(action, faits.etat, acte.acteur.type, faits).exiger(forme.get("confirmer", ()))


def accomplir(acte: Acte, faits: Faits, decision: Decision, phrase: str, *, motif: str | None) -> Json:
    """Writes what the table decided of a session, as `conclure` does."""
    return conclure(
        acte,
        faits.session,
        changements.apres(faits, decision, motif),
        decision.action,
        phrase,
        motif=motif,
        remarques=decision.remarques,
    )


def conclure(
    acte: Acte,
    avant: Session,
    apres: Session,
    action: str,
    phrase: str,
    *,
    motif: str | None = None,
    remarques: Iterable[Manquement] = (),
) -> Json:
    """Writes what an act made of a session, tells of it, and returns the session as the contract shows it.

    Args:
        phrase: « … a été soumise. »; `{session}` is « La session 2027-75-000123 ».
    """
    ecrite = enregistrer(acte, apres)
    if avant.convocations_en_vigueur and not ecrite.convocations_en_vigueur:
        annoncer_annulation(acte, ecrite)
    tracer(acte, avant, ecrite, action, phrase, motif)
    annoncer_le_changement(acte, avant, ecrite)
    annoncer_les_credits(acte, avant, ecrite)
    faits = faits_de(acte, ecrite)
    signaler(acte, faits)
    return en_reponse(acte, faits, remarques)


def en_reponse(acte: Acte, faits: Faits, remarques: Iterable[Manquement] = ()) -> Json:
    """Returns the success of an act: the session, its buttons, and the remarks (ℹ)."""
    boutons = SESSION.boutons(faits.etat, acte.acteur.type, faits)
    return en_clair(acte, [faits.session])[0] | boutons | avertissements(remarques)


def enregistrer(acte: Acte, session: Session) -> Session:
    """Writes a session; returns it in its new version, with its jury and candidates as they now are."""
    save_session(acte.db, session, noms(acte, [session])[session.id])
    return get_session(acte.db, session.id)


def tracer(acte: Acte, avant: Session | None, apres: Session, action: str, phrase: str, motif: str | None) -> None:
    """Writes the trace of an act: what differs before and after, and no more. Of who is in a session, those who left
    and those who came: to name them all at each registration would seal, and have read again, their number squared.
    """
    etait, est = _instantane(avant) if avant else None, _instantane(apres)
    if etait:
        for eux in ("jures", "candidats"):
            etait[eux], est[eux] = _sans(etait[eux], est[eux]), _sans(est[eux], etait[eux])
    dite = phrase.replace("{session}", f"La session {apres.numero}")  # no format: names come in it, braces and all
    acte.tracer(
        "session",
        apres.id,
        action,
        avec_changements(dite, etait, est, _MOTS),
        avant=None if etait is None else ce_qui_change(etait, est),
        apres=ce_qui_change(est, etait or {}),
        motif=motif,
    )


def _sans(noms: list[str], autres: list[str]) -> list[str]:
    la = set(autres)
    return [nom for nom in noms if nom not in la]


def _instantane(s: Session) -> Json:
    cadre = {f.name: getattr(s.cadre, f.name) for f in fields(s.cadre) if f.name not in ("site", "etablissement_id")}
    horaires = {f.name: getattr(s.horaires, f.name) for f in fields(s.horaires)}
    return {
        "etat": s.etat,
        **cadre,
        **horaires,
        "ccp_codes": sorted(s.cadre.ccp_codes),
        "site": s.cadre.site.libelle,
        "departement": s.cadre.site.departement,
        "soumise_le": s.soumise_le,
        "convocations": s.convocations.version if s.convocations and s.convocations.en_vigueur else None,
        "pv_vise_le": s.pv_vise_le,
        "jures": [nominatif(j.jure_id, j.nom) for j in s.jures],
        "candidats": [nominatif(c.candidat_id, c.nom) for c in s.candidats],
    }
