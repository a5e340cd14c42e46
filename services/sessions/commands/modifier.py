"""Changes of a session: of what the administration validates, of its hours, or of both."""

from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from commun.domain.json import Json
from commun.domain.lifecycle import Decision, exiger
from commun.domain.referentiel import TypeProfil
from commun.domain.rules import Manquement
from commun.schemas.champs import fin_avant_debut
from commun.schemas.forms import charger
from services.sessions.commands.annonces import annoncer_la_fin, convoquer
from services.sessions.commands.base import conclure, en_reponse, exiger_acces, session_a_changer
from services.sessions.commands.copies import completer, completer_agrements
from services.sessions.commands.creer import cadre_de
from services.sessions.commands.intentions import reserver_jures
from services.sessions.commands.jures import actualiser_jury, deja_pris, identifier_jury
from services.sessions.commands.plafonds import occuper_places, verrouiller_candidats
from services.sessions.domain.changements import apres
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Cadre, Etat, Session, TypeSession
from services.sessions.domain.rules.cadre import redatee
from services.sessions.queries.faits import faits_de
from services.sessions.queries.gardes import VALIDER
from services.sessions.queries.jury import aptitudes_du_jury
from services.sessions.schemas import entree
from services.sessions.storage import copies

_HORAIRES = ("heure_debut", "heure_convocation", "responsable")


def modifier(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
    """Changes a session. What a form does not name stays as it is."""
    session = exiger_acces(acte, session_id, Action.MODIFIER_CADRE)
    deja = vars(session.cadre)
    forme = charger(entree.ModificationSession, corps, partiel=True, deja=deja, aussi=fin_avant_debut)
    voulue = _complete(session.cadre, forme)
    yield from completer(
        acte, session.cadre.etablissement_id, voulue["site_id"], voulue["titre_code"], voulue["ccs_code"]
    )
    faits = _faits(acte, session, forme)
    if faits.nouveau_cadre and (yield from completer_agrements(acte, faits)):
        faits = _faits(acte, session, forme)
    if not _actions(faits):
        return en_reponse(acte, faits)
    decisions, remarques = _decider(acte, faits, forme)
    if faits.nouveau_cadre and faits.session.jures:
        faits, reponses = yield from _interroger_le_jury(acte, faits, forme)
        decisions, remarques = _decider(acte, faits, forme)
        _garder_le_jury(acte, faits, reponses)
    session, modifiee = faits.session, apres(faits, decisions[0])
    if faits.nouveau_cadre and faits.nouveaux_horaires:
        modifiee = replace(modifiee, horaires=faits.nouveaux_horaires)
    reponse = conclure(
        acte,
        session,
        modifiee,
        "modifier",
        "{session} a été modifiée.",
        motif=forme.get("motif"),
        remarques=remarques,
    )
    if faits.nouveau_cadre:
        occuper_places(acte, session)
    if acte.acteur.type is not TypeProfil.CENTRE:
        annoncer_la_fin(acte, modifiee)
    if modifiee.convocations != session.convocations and modifiee.convocations_en_vigueur:
        convoquer(acte, modifiee.id)
    return reponse


def _interroger_le_jury(acte: Acte, faits: Faits, forme: Json) -> Etapes[tuple[Faits, list[Json]]]:
    """Asks `jures` what the members of the jury may do in the frame proposed; returns the facts, read again, and its
    answers."""
    cadre, ids = faits.cadre, [j.jure_id for j in faits.session.jures]
    reserver_jures(acte, VALIDER, faits.session, ids)  # what they lose meanwhile is heard once this is over
    reponses = yield from aptitudes_du_jury(acte, cadre, ids)
    relus = _faits(acte, faits.session, forme)
    if relus.nouveau_cadre != cadre or [j.jure_id for j in relus.session.jures] != ids:
        raise Indisponible()  # the answers are about another frame, or another jury: to be asked again
    if not redatee(relus):
        return relus, reponses
    proposee, membres = replace(relus.session, cadre=cadre), zip(relus.session.jures, reponses, strict=True)
    pris = (j.nom for j, r in membres if r["connu"] and deja_pris(acte, proposee, r["identites"]))
    return replace(relus, jures_pris=tuple(dict.fromkeys(pris))), reponses


def _garder_le_jury(acte: Acte, faits: Faits, reponses: list[Json]) -> None:
    """Keeps what `jures` says of the jury: what its members may do; of one that has sat by the new end too, who they
    are, whatever they lost."""
    redatee = replace(faits.session, cadre=faits.cadre)
    if redatee.etat_le(faits.jour) is Etat.A_CLOTURER:
        identifier_jury(acte, redatee, reponses)
    else:
        actualiser_jury(acte, redatee, reponses)


def _actions(faits: Faits) -> list[Action]:
    """Returns what a form really changes."""
    cadre = [Action.MODIFIER_CADRE] if faits.nouveau_cadre else []
    return cadre + ([Action.MODIFIER_HORAIRES] if faits.nouveaux_horaires else [])


def _decider(acte: Acte, faits: Faits, forme: Json) -> tuple[list[Decision], tuple[Manquement, ...]]:
    actions = _actions(faits)
    for action in actions:
        SESSION.exiger_droit(action, acte.acteur.type)
    decisions = [SESSION.decider(action, faits.etat, acte.acteur.type, faits) for action in actions]
    return decisions, exiger([m for d in decisions for m in d.manquements], forme.get("confirmer", ()))


def _faits(acte: Acte, connue: Session, forme: Json) -> Faits:
    """Returns the facts of the change; what it leaves as it is proposes nothing.

    The session is locked after the copies of its centre and titres: who follows what becomes of these locks them in
    this order.
    """
    copies.tenir_etablissement(acte.db, connue.cadre.etablissement_id, pour_lire=True)
    voulue = _complete(connue.cadre, forme)
    certifications = {voulue["titre_code"], voulue["ccs_code"], connue.cadre.titre_code, connue.cadre.ccs_code}
    copies.tenir_titres(acte.db, *certifications)
    session = verrouiller_candidats(acte, session_a_changer(acte, connue.id, Action.MODIFIER_CADRE))
    cadre = _cadre(acte, session.cadre, forme)
    horaires = replace(session.horaires, **{nom: forme[nom] for nom in _HORAIRES if nom in forme})
    # The titre and the agréments are those of the frame proposed; the day is that of where the session is.
    return replace(
        faits_de(acte, replace(session, cadre=cadre)),
        session=session,
        jour=acte.jour(session.fuseau),
        nouveau_cadre=cadre if cadre != session.cadre else None,
        nouveaux_horaires=horaires if horaires != session.horaires else None,
    )


def _cadre(acte: Acte, actuel: Cadre, forme: Json) -> Cadre:
    """Returns the frame that a form proposes. A site that stays is the session's own: moved, it has taken the session
    with it, or left it where it took place (`lieux`)."""
    cadre = cadre_de(acte, actuel.etablissement_id, _complete(actuel, forme))
    return replace(cadre, site=actuel.site) if cadre.site.id == actuel.site.id else cadre


def _complete(cadre: Cadre, forme: Json) -> Json:
    """Returns the whole form of the frame. Another certification takes its own CCPs, not those there were."""
    actuel: Json = {
        "type": cadre.type.value,
        "titre_code": cadre.titre_code,
        "ccp_codes": sorted(cadre.ccp_codes),
        "ccs_code": cadre.ccs_code,
        "entretien_final": cadre.entretien_final,
        "site_id": cadre.site.id,
        "date_debut": cadre.date_debut,
        "date_fin": cadre.date_fin,
    }
    voulu = actuel | {nom: valeur for nom, valeur in forme.items() if nom in actuel}
    change = any(voulu[nom] != actuel[nom] for nom in ("type", "titre_code"))
    if change and "ccp_codes" not in forme:
        voulu["ccp_codes"] = []
    if voulu["type"] != actuel["type"] and TypeSession.CCS in (voulu["type"], actuel["type"]):
        laisse = "titre_code" if voulu["type"] == TypeSession.CCS else "ccs_code"
        voulu[laisse] = forme.get(laisse)
    return voulu
