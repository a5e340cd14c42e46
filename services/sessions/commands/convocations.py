"""Convocations: edited by the centre, again in a new version, one by one for who comes late; sent by who sends mail."""

from dataclasses import replace
from datetime import time
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable, Invalide
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.domain.textes import de_qui
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.traces.nominatif import nominatif
from services.sessions.commands.annonces import annoncer_convocations, convoquer
from services.sessions.commands.base import accomplir, decider, session_a_changer
from services.sessions.commands.copies import completer_agrements
from services.sessions.domain.changements import edition_suivante
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Session
from services.sessions.domain.rules.convocations import lettre_encore_valable
from services.sessions.queries.faits import faits_de
from services.sessions.queries.lettres import lettre_en_clair
from services.sessions.schemas import entree
from services.sessions.storage import convocations, inscriptions
from services.sessions.storage.sessions import inscrits, nom_de

_ACTION = Action.EDITER_CONVOCATIONS


def editer(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
    """Edits the convocations of everybody in a session, and has them sent; again, in a new version (CNV-03)."""
    session = session_a_changer(acte, session_id, _ACTION)
    forme = charger(entree.EditionConvocations, corps)
    faits = faits_de(acte, session)
    if (yield from completer_agrements(acte, faits)):
        session = session_a_changer(acte, session_id, _ACTION)
        faits = faits_de(acte, session)
    par_personne = _heures_a_part(session, forme)
    horaires = session.horaires
    if "heure_convocation" in forme:
        horaires = replace(horaires, heure_convocation=forme["heure_convocation"])
    faits = replace(faits, nouveaux_horaires=horaires)
    decision = decider(acte, _ACTION, faits, forme)
    if par_personne is not None:
        inscriptions.fixer_heures(acte.db, session.id, par_personne)
    version = edition_suivante(session, faits.jour).version
    phrase = f"Les convocations de la session {session.numero} ont été éditées (version {version})."
    reponse = accomplir(acte, faits, decision, phrase, motif=forme["motif"])
    convoquer(acte, session.id)
    return reponse


def renvoyer(acte: Acte, convocation_id: str, corps: Any) -> Json:
    """Has a letter sent again; it is read once its session is locked, which an edition that annuls it also locks."""
    SESSION.exiger_droit(_ACTION, acte.acteur.type)
    session_id = convocations.session_de(acte.db, identifiant(convocation_id))
    if session_id is None:
        raise Introuvable()
    session = session_a_changer(acte, session_id, _ACTION)
    forme = charger(entree.Acte, corps)
    lettre = convocations.lettre(acte.db, convocation_id)
    exiger_regles((lettre_encore_valable,), lettre)
    lettre = lettre.a_envoyer()
    convocations.noter_statut(acte.db, lettre)
    annoncer_convocations(acte, session, [lettre])
    personne = lettre.convocation.convoque.personne
    nom = nom_de(personne)
    phrase = f"La convocation {de_qui(nom, nominatif(personne.id, nom))} a été renvoyée."
    acte.tracer("session", session.id, "renvoi", phrase, motif=forme["motif"])
    return lettre_en_clair(lettre, inscrits(acte.db, session.id).get(personne.id))


def suivre_envoi(acte: Acte, corps: Json) -> None:
    """Keeps how the sending of a letter went, unless something later was heard of it."""
    convocations.suivre(acte.db, convocations.ENVOI, corps)


def suivre_annulation(acte: Acte, corps: Json) -> None:
    """Keeps how the mail that annuls a letter went, unless something later was heard of it."""
    convocations.suivre(acte.db, convocations.ANNULATION, corps)


def _heures_a_part(session: Session, forme: Json) -> dict[str, time] | None:
    """Returns the hours at which a form calls some people (CNV-02), each by the id under which they are registered;
    `None` where it leaves those there are.

    Raises:
        Invalide: it names somebody who is not in the session.
    """
    if forme["par_personne"] is None:
        return None
    heures = {session.inscrit_sous(cle): heure for cle, heure in forme["par_personne"].items()}
    connus = {j.jure_id for j in session.jures} | {c.candidat_id for c in session.candidats}
    if inconnus := sorted(heures.keys() - connus):
        raise Invalide(erreurs={"par_personne": [f"Personne d'inscrit sous cet identifiant : {', '.join(inconnus)}."]})
    return heures
