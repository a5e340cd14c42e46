"""DTE: the centre asks for the exam's subject of a validated session, the administration answers (DTE-01)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.json import Json
from commun.domain.referentiel import AGENTS
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from services.sessions.commands.annonces import annoncer_la_reponse
from services.sessions.commands.base import accomplir, decider, session_a_changer
from services.sessions.domain.lifecycle import AVANT_LE_DEBUT, Action
from services.sessions.domain.model import EtatDte, Reponse, Session
from services.sessions.queries.dte import dte_visible
from services.sessions.queries.faits import faits_de
from services.sessions.queries.fiche import dte_en_clair
from services.sessions.schemas import entree
from services.sessions.storage import dte
from services.sessions.storage.sessions import get_session

MAXIMUM = 100
"""Requests of one session, all of which every list that shows it bears."""
_REPONSES = {EtatDte.TRANSMISE: Reponse.DTE_TRANSMIS, EtatDte.REFUSEE: Reponse.DTE_REFUSE}
_FAIT = {EtatDte.DEMANDEE: "remise à traiter", EtatDte.TRANSMISE: "satisfaite", EtatDte.REFUSEE: "refusée"}


def demander(acte: Acte, session_id: str, corps: Any) -> Json:
    """Asks for the DTE of a session; returns the request, beside the others of the session."""
    action = Action.DEMANDER_DTE
    session = session_a_changer(acte, session_id, action)
    forme = charger(entree.DemandeDte, corps)
    if len(dte.demandes_des_sessions(acte.db, [session.id]).get(session.id, ())) >= MAXIMUM:
        raise Invalide.au_champ("_schema", f"Cette session a déjà {MAXIMUM} demandes de DTE.")
    faits = replace(faits_de(acte, session), commentaire=forme["commentaire"])
    decision = decider(acte, action, faits, forme)
    cle = dte.ajouter_demande(acte.db, session.id, forme["commentaire"], faits.jour)
    vue = accomplir(
        acte, faits, decision, f"Le DTE de la session {session.numero} a été demandé.", motif=forme["commentaire"]
    )
    (faite,) = (d for d in vue["dte"] if d["id"] == cle)
    return {**faite, "dte": vue["dte"], "avertissements": vue["avertissements"]}


def repondre(acte: Acte, demande_id: str, corps: Any) -> Json:
    """Notes what the administration makes of a request."""
    acte.exiger_profil(*AGENTS)
    cle = identifiant(demande_id)
    session = get_session(acte.db, dte_visible(acte, cle)["session_id"], verrou=True)
    avant = dte_visible(acte, cle)
    acte.exiger_version(avant["version"])
    forme = charger(entree.SuiteDte, corps)
    if (forme["etat"], forme["motif"]) == (avant["etat"], avant["motif"]):
        return avant
    reponse = {"etat": forme["etat"], "motif": forme["motif"], "version": avant["version"] + 1}
    dte.repondre(acte.db, cle, **reponse)
    acte.tracer(
        "session",
        avant["session_id"],
        "dte",
        f"La demande de DTE a été {_FAIT[forme['etat']]}.",
        avant={"dte": avant["etat"]},
        apres={"dte": forme["etat"]},
        motif=forme["motif"],
    )
    if rendue := _REPONSES.get(forme["etat"]):
        encore = _redemandable_jusqu_au(session, acte.jour(session.fuseau)) if rendue is Reponse.DTE_REFUSE else None
        annoncer_la_reponse(acte, session, rendue, encore, motivee=forme["motif"] is not None)
    return dte_en_clair(avant | reponse)


def _redemandable_jusqu_au(session: Session, jour: date) -> date | None:
    """Returns the last day to ask again for its DTE: the eve of a session that is, or may yet be, to be held; `None`
    where it has begun, or is held no more."""
    a_venir = session.etat_le(jour) in AVANT_LE_DEBUT
    return session.cadre.date_debut - timedelta(days=1) if a_venir else None
