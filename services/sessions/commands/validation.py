"""A session before its administration: submitted, withdrawn, validated, refused, cancelled, unblocked."""

from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from commun.domain.json import Json
from commun.domain.vae import DemandeVae
from commun.schemas.forms import charger
from services.sessions.commands.annonces import annoncer_la_decision, annoncer_la_reponse, annoncer_resultats
from services.sessions.commands.attestations import sans_acquis
from services.sessions.commands.base import accomplir, decider, session_a_changer
from services.sessions.commands.candidats import demandes_vae_de
from services.sessions.commands.copies import completer_agrements
from services.sessions.commands.intentions import reserver_jures
from services.sessions.commands.jures import actualiser_jury
from services.sessions.commands.plafonds import occuper_places, verrouiller_candidats
from services.sessions.commands.retraits import disant_les_titres_perdus
from services.sessions.domain.changements import MOTIVEES
from services.sessions.domain.delais import echeances
from services.sessions.domain.lifecycle import Action
from services.sessions.domain.model import Etat, Reponse, Session
from services.sessions.domain.vae import ouvre, qui_ouvre
from services.sessions.queries.faits import faits_de, faits_du_cadre, titres_acquis
from services.sessions.queries.gardes import SOUMETTRE, VALIDER
from services.sessions.queries.jury import aptitudes_du_jury
from services.sessions.queries.proces_verbal import a_arreter
from services.sessions.schemas import entree
from services.sessions.storage import inscriptions, proces_verbaux


def soumettre(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
    """The centre asks for the validation of its session."""
    phrase = "{session} a été soumise à la validation."
    return (yield from _juger(acte, session_id, corps, Action.SOUMETTRE, SOUMETTRE, phrase))


def valider(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
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


def constater_carence(acte: Acte, session_id: str, corps: Any) -> Json:
    """Notes that the jury could not sit: the session is cancelled, its PV says so."""
    phrase = "La carence du jury de la session a été constatée. {session} est annulée."
    return _agir(acte, session_id, corps, Action.CONSTATER_CARENCE, phrase)


def debloquer(acte: Acte, session_id: str, corps: Any) -> Json:
    """The administration reopens a closed session; this alone withdraws nothing (RES-04)."""
    return _agir(acte, session_id, corps, Action.DEBLOQUER, "{session} a été débloquée.")


def _agir(acte: Acte, session_id: str, corps: Any, action: Action, phrase: str) -> Json:
    """Moves a session to its next state; why is kept, and told, unless its centre only takes it back."""
    session = session_a_changer(acte, session_id, action)
    motive = action in MOTIVEES
    forme = charger(entree.ActeMotive if motive else entree.Acte, corps)
    faits = faits_de(acte, session)
    decision = decider(acte, action, faits, forme)
    if session.etat is Etat.DEBLOQUEE:
        # Before its history is: another's closing may write there, and holds them.
        session = verrouiller_candidats(acte, session)
        tenus, restent = titres_acquis(acte, session), titres_acquis(acte, session, sans_elle=True)
        decision = disant_les_titres_perdus(acte, faits, decision, tenus, restent)
    if action is Action.CONSTATER_CARENCE:
        proces_verbaux.ajouter(acte.db, session.id, proces_verbaux.CARENCE, a_arreter(acte, faits, None))
    reponse = accomplir(acte, faits, decision, phrase, motif=forme["motif"])
    if session.etat is Etat.DEBLOQUEE:
        sans_acquis(acte, faits)
        annoncer_resultats(acte, session.id)
    if motive:
        vers, carence = Etat(str(decision.vers)), action is Action.CONSTATER_CARENCE
        annoncer_la_decision(acte, session, vers, reponse["version"], carence=carence)
    return reponse


def _juger(acte: Acte, session_id: str, corps: Any, action: Action, genre: str, phrase: str) -> Etapes[Json]:
    """Submits or validates: asks again of each VAE candidate and of each juré what they may do, and decides."""
    session = session_a_changer(acte, session_id, action)
    forme = charger(entree.Acte, corps)
    if (yield from completer_agrements(acte, faits_du_cadre(acte, session))):
        session = session_a_changer(acte, session_id, action)
    invoquees = _demandes_invoquees(session)
    demandes = yield from _demandes_vae(session, invoquees)
    if demandes:
        session = session_a_changer(acte, session_id, action)
    session = yield from _avec_son_jury(acte, session, action, genre)
    if _demandes_invoquees(session) != invoquees:
        raise Indisponible()  # the answers are about other candidates: to be asked again
    session = verrouiller_candidats(acte, session)
    faits = replace(faits_de(acte, session), demandes_vae=demandes)
    decision = decider(acte, action, faits, forme)
    inscriptions.invoquer(acte.db, session.id, {c: d.id for c, d in demandes.items() if d and d.id != invoquees[c]})
    reponse = accomplir(acte, faits, decision, phrase, motif=forme["motif"])
    occuper_places(acte, session)
    if action is Action.VALIDER:
        dites = echeances(faits.cadre, faits.parametres, faits.jour, faits.titre, session.soumise_le)
        annoncer_la_reponse(acte, session, Reponse.SESSION_VALIDEE, dites.convocations)
    return reponse


def _demandes_invoquees(session: Session) -> dict[str, str | None]:
    """Returns, by VAE candidate, the id of the demande that he invoked when he was registered."""
    return {c.candidat_id: c.demande_vae_id for c in session.candidats if c.est_vae}


def _demandes_vae(session: Session, invoquees: dict[str, str | None]) -> Etapes[dict[str, DemandeVae | None]]:
    """Asks `candidats` for these demandes (INS-07), and nothing where there is none.

    One that lets in no more, the frame having changed since, gives way to another of the candidate's that does.
    """
    if not invoquees:
        return {}
    reponses = yield Question(
        "candidats_gardes",
        "pour_inscription",
        candidat_ids=list(invoquees),
        etablissement_id=session.cadre.etablissement_id,
    )
    retenues = {}
    for reponse in reponses:
        siennes = demandes_vae_de(reponse)
        invoquee = siennes.get(invoquees[reponse["candidat_id"]] or "")
        ouvre_encore = invoquee is not None and ouvre(invoquee, session.cadre)
        retenues[reponse["candidat_id"]] = invoquee if ouvre_encore else qui_ouvre(siennes.values(), session.cadre)
    return retenues


def _avec_son_jury(acte: Acte, vue: Session, action: Action, genre: str) -> Etapes[Session]:
    """Says first that these jurés are about to sit (JUR-03), then asks `jures` of each; returns the session with it."""
    if not vue.jures:
        return vue
    ids = [j.jure_id for j in vue.jures]
    reserver_jures(acte, genre, vue, ids)
    reponses = yield from aptitudes_du_jury(acte, vue.cadre, ids)
    session = session_a_changer(acte, vue.id, action)
    if (session.cadre, {j.jure_id for j in session.jures}) != (vue.cadre, set(ids)):
        raise Indisponible()  # the answers are about another jury: to be asked again
    return actualiser_jury(acte, session, reponses)
