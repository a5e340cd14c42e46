"""The jury: who enters it, who leaves it, who takes whose place.

`jures` is asked before every entry (JRY-01, JRY-02): an intention is committed first, so that an habilitation removed
meanwhile sees the registration under way, or this registration sees the removal (HAB-05).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible, Introuvable, Invalide
from commun.domain.json import Json
from commun.domain.textes import nombre
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.traces.nominatif import nominatif
from services.sessions.commands.annonces import annoncer_annulation, convoquer
from services.sessions.commands.base import accomplir, decider, exiger_acces, session_a_changer
from services.sessions.commands.intentions import reserver_jures
from services.sessions.domain.lifecycle import Action
from services.sessions.domain.model import InscriptionJure, Session
from services.sessions.queries.faits import faits_de
from services.sessions.queries.gardes import INSCRIRE
from services.sessions.queries.jury import aptitudes, habilitation_de, inscrit_de, pressenti
from services.sessions.schemas import entree
from services.sessions.storage import inscriptions
from services.sessions.storage.sessions import get_session, inscrits

_INCONNU = "Ce juré n'existe pas ou n'est pas dans votre périmètre."


def inscrire(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
    """Registers a juré in a session's jury."""
    return (yield from _entrer(acte, session_id, Action.INSCRIRE_JURE, corps))


def remplacer(acte: Acte, session_id: str, jure_id: str, corps: Any) -> Etapes[Json]:
    """Puts a juré in the place of another."""
    return (yield from _entrer(acte, session_id, Action.REMPLACER_JURE, corps, identifiant(jure_id)))


def retirer(acte: Acte, session_id: str, jure_id: str, corps: Any) -> Json:
    """Takes a juré out of a session's jury; that of a validated session stays sufficient (SES-07)."""
    session = session_a_changer(acte, session_id, Action.RETIRER_JURE)
    sortant = _membre(session, identifiant(jure_id))
    forme = charger(entree.Acte, corps)
    faits = replace(faits_de(acte, session), jure_sortant=sortant.jure_id)
    decision = decider(acte, Action.RETIRER_JURE, faits, forme)
    _sortir(acte, session, sortant)
    phrase = f"Le juré {_nom(sortant)} a été retiré du jury de la session {session.numero}."
    return accomplir(acte, faits, decision, phrase, motif=forme["motif"])


def _entrer(acte: Acte, session_id: str, action: Action, corps: Any, sortant_id: str | None = None) -> Etapes[Json]:
    session = exiger_acces(acte, session_id, action)
    if sortant_id:
        _membre(get_session(acte.db, session.id), sortant_id)
    forme = charger(entree.InscriptionJure, corps)
    jure_id = identifiant(forme["jure_id"], _INCONNU)
    demande = session.cadre
    reponse = yield from _interroger(acte, session, jure_id)

    session = session_a_changer(acte, session_id, action)
    if session.cadre != demande:
        raise Indisponible()  # the answer is about another frame: to be asked again
    sortant = _membre(session, sortant_id) if sortant_id else None
    if sortant is None and len(session.jures) >= entree.JURES_MAX:  # nobody could say any more that all of them came
        raise Invalide.au_champ("_schema", f"Un jury compte {nombre(entree.JURES_MAX)} jurés au plus.")
    if not reponse["connu"]:
        raise Introuvable(_INCONNU)
    lui, qui = pressenti(reponse, session.cadre), inscrit_de(reponse)
    entrant = replace(lui, autre_session=deja_pris(acte, session, lui.identites))
    faits = replace(faits_de(acte, session), jure=entrant, jure_sortant=sortant.jure_id if sortant else None)
    decision = decider(acte, action, faits, forme)
    assert entrant.habilitation is not None  # else JRY-01 or JRY-02 has refused
    inscriptions.inscrire_jure(acte.db, session.id, qui, entrant.habilitation, reponse["canonique_id"])
    rappele: dict[str, str] = {}
    phrase = f"Le juré {nominatif(jure_id, qui.nom)} a été inscrit au jury de la session {session.numero}."
    if sortant:
        rappele = {jure_id: sortant.jure_id} if sortant.jure_id in entrant.identites else {}
        phrase = f"{nominatif(jure_id, qui.nom)} remplace {_nom(sortant)} au jury de la session {session.numero}."
        _sortir(acte, session, sortant, attendu=bool(rappele))
    reussite = accomplir(acte, faits, decision, phrase, motif=forme["motif"])
    if session.convocations_en_vigueur:
        convoquer(acte, session.id, jure_id, sous=rappele)
    return reussite


def _interroger(acte: Acte, session: Session, jure_id: str) -> Etapes[Json]:
    """Asks what a juré may do in a session, once it is said that he is about to sit there: under the id by which the
    centre names him, and under that of the file into which it was merged, which his news name."""
    dits, ids = set[str](), {jure_id}
    while not ids <= dits:
        reserver_jures(acte, INSCRIRE, session, ids - dits)
        dits |= ids
        (reponse,) = yield from aptitudes(acte, session.cadre, [jure_id])
        ids |= {reponse["canonique_id"]} if reponse["connu"] else set()
    return dict(reponse)


def actualiser_jury(acte: Acte, session: Session, reponses: list[Json]) -> Session:
    """Keeps what `jures` now says of members of a jury, where it has changed, and the trace of what makes each count in
    it; returns the session with it. Whom it does not know, its base having been restored to before him, may do nothing
    there.
    """
    par_id = {r["jure_id"]: r for r in reponses}
    connus = inscrits(acte.db, session.id)
    jures = []
    for j in session.jures:
        if (reponse := par_id.get(j.jure_id)) is None:
            jures.append(j)
            continue
        if not reponse["connu"]:
            inscriptions.perdre_jure(acte.db, session.id, j.jure_id)
            jures.append(replace(j, habilitation=None, actif=False))
            continue
        habilitation = habilitation_de(reponse, session.cadre)
        qui, connu = inscrit_de(reponse), connus[j.jure_id]
        identite, actif = reponse["canonique_id"], reponse["actif"]
        actuel = replace(j, nom=qui.nom, habilitation=habilitation, actif=actif, canonique_id=identite)
        if (actuel, qui.personne, qui.courriel) != (j, connu.personne, connu.courriel):
            inscriptions.actualiser_jure(acte.db, session.id, qui, habilitation, identite, actif=actif)
        jures.append(actuel)
    for avant, apres in zip(session.jures, jures, strict=True):
        if siege(avant) != siege(apres):
            phrase = _ce_que_dit_un_siege(session, avant, apres)
            acte.tracer("session", session.id, "jury", phrase, avant=siege(avant), apres=siege(apres))
    return replace(session, jures=tuple(jures))


def _ce_que_dit_un_siege(session: Session, avant: InscriptionJure, apres: InscriptionJure) -> str:
    """Returns what the history of a session says of a juré who counts otherwise in its jury."""
    lui, jury = f"Le juré {_nom(apres)}", f"au jury de la session {session.numero}"
    siegeait, siege_encore = (j.actif and j.habilitation is not None for j in (avant, apres))
    if siege_encore:
        suite = "siège désormais par une autre habilitation" if siegeait else "peut de nouveau siéger"
        return f"{lui} {suite} {jury}."
    pourquoi = "aucune habilitation ne le lui permet" if apres.actif else "il est inactif"
    return f"{lui} ne peut {'plus' if siegeait else 'toujours pas'} siéger {jury} : {pourquoi}."


def siege(j: InscriptionJure) -> Json:
    """Returns what makes a juré count in a jury."""
    return {"jure_id": j.jure_id, "habilitation_id": j.habilitation.id if j.habilitation else None, "actif": j.actif}


def identifier_jury(acte: Acte, session: Session, reponses: list[Json]) -> None:
    """Keeps who members of a jury that has sat now are, and who is active again; else, with what name and right they
    sat is what was then."""
    for reponse in reponses:
        if reponse["connu"]:
            identite, active = reponse["canonique_id"], reponse["actif"]
            inscriptions.identifier_jure(acte.db, session.id, reponse["jure_id"], identite, active=active)


def deja_pris(acte: Acte, session: Session, identites: Iterable[str]) -> bool:
    """Returns whether a juré sits, under one of his ids, in another session on a day of this one (JRY-03)."""
    c = session.cadre
    return inscriptions.siege_ailleurs(acte.db, identites, session.id, c.date_debut, c.date_fin, acte.jour)


def _sortir(acte: Acte, session: Session, sortant: InscriptionJure, *, attendu: bool = False) -> None:
    """`attendu`: he comes back under another of his ids; he may sit there under one already."""
    inscriptions.retirer_jure(acte.db, session.id, sortant.jure_id)
    if session.convocations_en_vigueur:
        siege_encore = any(j.identite == sortant.identite and j.jure_id != sortant.jure_id for j in session.jures)
        annoncer_annulation(acte, session, sortant.jure_id, attendues=attendu or siege_encore)


def _membre(session: Session, jure_id: str) -> InscriptionJure:
    """Returns a member of the jury, by this id or by that under which he sits.

    Raises:
        Introuvable: he is none.
    """
    sous = session.inscrit_sous(jure_id)
    if membre := next((j for j in session.jures if j.jure_id == sous), None):
        return membre
    raise Introuvable()


def _nom(j: InscriptionJure) -> str:
    """Returns the name of a member, as a trace holds it."""
    return str(nominatif(j.jure_id, j.nom))
