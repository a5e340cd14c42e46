"""What is changed of a candidate's registration without his leaving the session: he might not be let in again."""

from dataclasses import replace
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.textes import de_qui
from commun.schemas.forms import charger
from commun.traces.changements import avec_changements
from commun.traces.nominatif import nominatif
from services.sessions.commands.alertes import signaler
from services.sessions.commands.base import decider, en_reponse, enregistrer, inscription_de, session_a_changer
from services.sessions.domain.lifecycle import Action
from services.sessions.domain.model import InscriptionCandidat, MotifProlongation
from services.sessions.queries.faits import faits_de
from services.sessions.schemas import entree
from services.sessions.storage import inscriptions

_MOTS = {
    "motif_prolongation": "Ce qui lui permet encore de venir a été changé",
    "formateurs": "Les formateurs ont été changés",
}
_MOTIFS = {
    MotifProlongation.ECHEC: "échec à une session précédente",
    MotifProlongation.REUSSITE_PARTIELLE: "réussite partielle à une session précédente",
    MotifProlongation.FORMATION_COMMENCEE: "formation commencée avant la fin de vie du titre",
}


def modifier(acte: Acte, session_id: str, candidat_id: str, corps: Any) -> Json:
    """Changes why a candidate may still come in prolongation, or who trained him. What is not named stays."""
    action = Action.MODIFIER_INSCRIPTION
    session = session_a_changer(acte, session_id, action)
    avant = inscription_de(session, candidat_id)
    forme = charger(entree.ModificationInscription, corps, partiel=True)
    apres = _modifiee(avant, forme)
    faits = replace(faits_de(acte, session), candidat=apres)
    decision = decider(acte, action, faits, forme)
    if apres != avant:
        inscriptions.modifier_inscription(acte.db, session.id, apres)
        session = enregistrer(acte, session)
        de_lui = de_qui(avant.nom, nominatif(avant.candidat_id, avant.nom))
        phrase = f"L'inscription {de_lui} à la session {session.numero} a été modifiée."
        etait, est = _en_trace(avant), _en_trace(apres)
        dite = avec_changements(phrase, _en_mots(etait), _en_mots(est), _MOTS)
        acte.tracer("session", session.id, action, dite, avant=etait, apres=est, motif=forme.get("motif"))
    faits = faits_de(acte, session)
    signaler(acte, faits)
    return en_reponse(acte, faits, decision.remarques)


def _modifiee(avant: InscriptionCandidat, forme: Json) -> InscriptionCandidat:
    change: Json = {}
    if "motif_prolongation" in forme:
        motif = forme["motif_prolongation"]
        change["motif_prolongation"] = MotifProlongation(motif) if motif else None
    if "formateurs" in forme:
        change["formateurs"] = tuple(forme["formateurs"])
    return replace(avant, **change)


def _en_trace(inscription: InscriptionCandidat) -> Json:
    """Returns what a trace keeps of it; the names are erased with the candidate's own."""
    formateurs = [nominatif(inscription.candidat_id, nom) for nom in inscription.formateurs]
    return {"motif_prolongation": inscription.motif_prolongation, "formateurs": formateurs}


def _en_mots(etat: Json) -> Json:
    return etat | {"motif_prolongation": _MOTIFS.get(etat["motif_prolongation"])}
