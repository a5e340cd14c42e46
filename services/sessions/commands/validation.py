"""A session goes to its administration and comes back: submitted, withdrawn, validated, refused, cancelled."""

from collections.abc import Generator
from typing import Any

from commun.errors import Indisponible
from commun.unit_of_work import Acte, Question
from services.sessions import schemas
from services.sessions.commands.base import conclure, forme_de, session_a_changer
from services.sessions.commands.copies import completer_agrements
from services.sessions.commands.intentions import SOUMETTRE, VALIDER, reserver_jures
from services.sessions.commands.jures import actualiser_jury
from services.sessions.commands.plafonds import occuper_places, verrouiller_candidats
from services.sessions.commands.publications import annoncer_resultats, sans_acquis
from services.sessions.domain.changements import apres
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Etat
from services.sessions.queries.faits import faits_de, faits_du_cadre
from services.sessions.queries.jury import criteres
from services.sessions.storage.sessions import get_session

Json = dict[str, Any]
Etapes = Generator[Question, Any, Json]


def soumettre(acte: Acte, session_id: str, corps: Any) -> Etapes:
    """The centre asks for the validation of its session."""
    phrase = "{session} a été soumise à la validation."
    return (yield from _juger(acte, session_id, corps, Action.SOUMETTRE, SOUMETTRE, phrase))


def valider(acte: Acte, session_id: str, corps: Any) -> Etapes:
    """The administration validates a session, its jury asked again (SES-08)."""
    return (yield from _juger(acte, session_id, corps, Action.VALIDER, VALIDER, "{session} a été validée."))


def retirer(acte: Acte, session_id: str, corps: Any) -> Json:
    """The centre takes its session back."""
    return _agir(acte, session_id, corps, Action.RETIRER, "{session} a été retirée de la validation.")


def refuser(acte: Acte, session_id: str, corps: Any) -> Json:
    """The administration sends a session back to its centre, with the reason."""
    return _agir(acte, session_id, corps, Action.REFUSER, "{session} a été refusée.")


def annuler(acte: Acte, session_id: str, corps: Any) -> Json:
    """Cancels a session: everybody convoked is told, and what an unblocked one had given is withdrawn."""
    return _agir(acte, session_id, corps, Action.ANNULER, "{session} a été annulée.")


def _agir(acte: Acte, session_id: str, corps: Any, action: Action, phrase: str) -> Json:
    session = session_a_changer(acte, session_id, action)
    forme = forme_de(action, schemas.Acte, corps)
    faits = faits_de(acte, session)
    decision = SESSION.decider(action, faits.etat, acte.acteur.type, faits).exiger(forme["confirmer"])
    reponse = conclure(
        acte,
        session,
        apres(faits, decision),
        action,
        phrase,
        motif=forme["motif"],
        remarques=decision.remarques,
        colonnes={"motif": forme["motif"]} if decision.vers in (Etat.REFUSEE, Etat.ANNULEE) else None,
    )
    if session.etat is Etat.DEBLOQUEE:
        sans_acquis(acte, session, faits.jour)
        annoncer_resultats(acte, get_session(acte.db, session.id))
    return reponse


def _juger(acte: Acte, session_id: str, corps: Any, action: Action, genre: str, phrase: str) -> Etapes:
    """Submits or validates: says first that these jurés are about to sit (JUR-03), asks `jures` of each, decides."""
    session = session_a_changer(acte, session_id, action)
    forme = forme_de(action, schemas.Acte, corps)
    if (yield from completer_agrements(acte, faits_du_cadre(acte, session))):
        session = session_a_changer(acte, session_id, action)
    vue = session
    if session.jures:
        reserver_jures(acte, genre, session, [j.jure_id for j in session.jures])
        ids = [j.jure_id for j in session.jures]
        reponses = yield Question("jures_gardes", "aptitudes", jure_ids=ids, **criteres(session.cadre))
        session = session_a_changer(acte, session_id, action)
        if (session.cadre, {j.jure_id for j in session.jures}) != (vue.cadre, set(ids)):
            raise Indisponible()  # the answers are about another jury: to be asked again
        session = actualiser_jury(acte, session, reponses)
    verrouiller_candidats(acte, session)
    faits = faits_de(acte, session)
    decision = SESSION.decider(action, faits.etat, acte.acteur.type, faits).exiger(forme["confirmer"])
    reponse = conclure(
        acte,
        session,
        apres(faits, decision),
        action,
        phrase,
        motif=forme["motif"],
        remarques=decision.remarques,
        colonnes={"motif": None} if action is Action.VALIDER else None,
    )
    occuper_places(acte, session)
    return reponse
