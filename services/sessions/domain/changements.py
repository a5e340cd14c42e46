"""What an act makes of a session, once the table has allowed it. Pure."""

from dataclasses import replace
from datetime import date

from commun.domain.lifecycle import Decision
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import Action
from services.sessions.domain.model import STOCKE, Convocations, Etat, Session

SANS_CONVOCATIONS = frozenset({Etat.EN_ATTENTE, Etat.REFUSEE, Etat.ANNULEE})
"""The states which put an end to the convocations in force: those called are told."""
MOTIVEES = frozenset({Action.REFUSER, Action.ANNULER, Action.CONSTATER_CARENCE, Action.DEBLOQUER})
"""The acts of which why is kept, and told."""


def apres(faits: Faits, decision: Decision, motif: str | None = None) -> Session:
    """Returns the session after this act: its state, its frame, its hours, its dates of record, its `motif`.

    Its jury and its candidates are the caller's to add or withdraw: they are rows of their own.
    """
    avant, jour = faits.session, faits.jour
    session = replace(avant, etat=STOCKE[Etat(decision.vers)] if decision.vers else avant.etat)
    if decision.action in MOTIVEES:
        session = replace(session, motif=motif, carence=decision.action == Action.CONSTATER_CARENCE)
    match decision.action:
        case Action.MODIFIER_CADRE:
            soumise_le = jour if session.etat is Etat.EN_ATTENTE else None
            session = replace(session, cadre=faits.cadre, soumise_le=faits.soumise_le or soumise_le)
        case Action.MODIFIER_HORAIRES if faits.nouveaux_horaires:
            session = replace(session, horaires=faits.nouveaux_horaires)
            if avant.horaires.a_une_autre_heure_que(faits.nouveaux_horaires) and avant.convocations_en_vigueur:
                session = replace(session, convocations=edition_suivante(avant, jour))
        case Action.SOUMETTRE:
            session = replace(session, soumise_le=avant.soumise_le or jour)
        case Action.VALIDER:
            session = replace(session, motif=None)
        case Action.EDITER_CONVOCATIONS:
            horaires = faits.nouveaux_horaires or avant.horaires
            session = replace(session, convocations=edition_suivante(avant, jour), horaires=horaires)
        case Action.VISER:
            session = replace(session, pv_vise_le=jour)
        case Action.DEBLOQUER:
            session = replace(session, pv_vise_le=None)
        case _:
            pass
    if session.etat in SANS_CONVOCATIONS and session.convocations:
        return replace(session, convocations=replace(session.convocations, en_vigueur=False))
    return session


def edition_suivante(session: Session, jour: date) -> Convocations:
    """Returns the next edition: versions go on counting over those annulled."""
    return Convocations(session.convocations.version + 1 if session.convocations else 1, jour)
