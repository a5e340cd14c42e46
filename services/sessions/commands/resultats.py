"""Results: entered by the centre, closed, signed by the administration, closed again once unblocked."""

from dataclasses import replace
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.acquis import correspondances_vers
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.domain.rules import avertissements
from commun.schemas.forms import charger
from commun.traces.changements import ce_qui_change
from commun.traces.nominatif import nominatif
from services.sessions.commands.annonces import annoncer, annoncer_la_reponse, annoncer_resultats
from services.sessions.commands.attestations import attester, sans_acquis
from services.sessions.commands.base import accomplir, decider, enregistrer, session_a_changer
from services.sessions.commands.plafonds import publier_les_credits, verrouiller_candidats
from services.sessions.commands.retraits import disant_les_titres_perdus
from services.sessions.domain.changements import apres
from services.sessions.domain.lifecycle import Action
from services.sessions.domain.model import Etat, Reponse, Session
from services.sessions.domain.resultats import Feuille, jour_du_jury
from services.sessions.queries.faits import faits_de, titres_acquis
from services.sessions.queries.proces_verbal import a_arreter, ccp_exiges
from services.sessions.queries.resultats import feuille_en_clair
from services.sessions.schemas import entree
from services.sessions.storage import copies, inscriptions, proces_verbaux, resultats


def saisir(acte: Acte, session_id: str, corps: Any) -> Json:
    """Enters a results sheet, whole; those before are kept."""
    action = Action.SAISIR_RESULTATS
    session = session_a_changer(acte, session_id, action, lambda lue: _version(acte, lue))
    forme = charger(entree.SaisieResultats, corps)
    faits = replace(faits_de(acte, session), feuille_proposee=_feuille(session, forme))
    decision = decider(acte, action, faits, forme)
    version = _version(acte, session) + 1
    assert faits.feuille_proposee
    avant = _en_trace(session, faits.feuille) if faits.feuille else None
    neuve = _en_trace(session, faits.feuille_proposee)
    resultats.ajouter_feuille(acte.db, session.id, version, faits.feuille_proposee, acte.acteur.identifiant)
    ecrite = enregistrer(acte, apres(faits, decision))
    acte.tracer(
        "session",
        session.id,
        action,
        f"Les résultats de la session {session.numero} ont été saisis (version {version}).",
        avant=avant and _ce_qui_change(avant, neuve),
        apres=_ce_qui_change(neuve, avant) if avant else neuve,
        motif=forme["motif"],
    )
    annoncer(acte, ecrite, "resultats_saisis")
    return feuille_en_clair(acte, ecrite, version, faits.acquis) | avertissements(decision.remarques)


def cloturer(acte: Acte, session_id: str, corps: Any) -> Json:
    """Closes the last sheet: the PV is frozen, and what it gives is acquired, provisionally until the visa."""
    action = Action.CLOTURER
    session = session_a_changer(acte, session_id, action)
    forme = charger(entree.Acte, corps)
    session = verrouiller_candidats(acte, session)  # what they have from elsewhere does not change meanwhile (SES-04)
    faits = faits_de(acte, session)
    decision = decider(acte, action, faits, forme)
    assert faits.feuille  # else RES-03 has refused
    motif_du_deblocage = (session.motif or "") if session.etat is Etat.DEBLOQUEE else ""
    version = _version(acte, session)
    precedentes = resultats.clotures_de(acte.db, session.id)
    derniere = precedentes[-1] if precedentes else None
    tenus = titres_acquis(acte, session) if precedentes else {}
    exiges = ccp_exiges(faits, derniere)
    cloture = resultats.cloturer(
        acte.db,
        session.id,
        version,
        faits.jour,
        motif_du_deblocage,
        exiges,
        faits.acquis,
        correspondances_vers(exiges | session.cadre.ccp_codes, copies.correspondances(acte.db)),
    )
    proces_verbaux.ajouter(acte.db, session.id, cloture, a_arreter(acte, faits, derniere))
    if changes := inscriptions.noter_absences(acte.db, session.id, faits.feuille.excuses(session)):
        publier_les_credits(acte, changes, session)
    if precedentes:
        decision = disant_les_titres_perdus(acte, faits, decision, tenus, titres_acquis(acte, session))
        sans_acquis(acte, faits)
    reponse = accomplir(acte, faits, decision, "{session} a été clôturée.", motif=forme["motif"])
    annoncer_resultats(acte, session.id)
    return reponse


def viser(acte: Acte, session_id: str, corps: Any) -> Json:
    """The administration signs the PV: acquis are confirmed, attestations delivered."""
    action = Action.VISER
    session = session_a_changer(acte, session_id, action)
    forme = charger(entree.Acte, corps)
    faits = faits_de(acte, session)
    decision = decider(acte, action, faits, forme)
    assert faits.feuille
    clotures = resultats.clotures_de(acte.db, session.id)
    moi = acte.acteur
    resultats.viser(acte.db, session.id, clotures[-1].version, faits.jour, _autorite(moi), moi.identifiant)
    depuis = jour_du_jury(session.cadre.date_fin, clotures[0].arretee_le)
    attester(acte, (c.identite for c in session.candidats), depuis, dans=session.id)
    reponse = accomplir(
        acte, faits, decision, f"Le PV de la session {session.numero} a été visé.", motif=forme["motif"]
    )
    annoncer_resultats(acte, session.id)
    annoncer_la_reponse(acte, session, Reponse.PV_VISE)
    return reponse


def _autorite(acteur: Acteur) -> str:
    """Returns the service of the State in whose name an agent signs."""
    if acteur.type is TypeProfil.UD:
        return f"Unité départementale {acteur.departement}"
    return f"DIRECCTE, région {acteur.region}"


def _feuille(session: Session, forme: Json) -> Feuille:
    lignes = tuple(resultats.ligne_de(session.inscrit_sous(r["candidat_id"]), r) for r in forme["resultats"])
    presents = forme["jures_presents"]
    if presents is None:
        return Feuille(lignes, frozenset(j.jure_id for j in session.jures))
    return Feuille(lignes, frozenset(map(session.inscrit_sous, presents)))


def _version(acte: Acte, session: Session) -> int:
    trouvees = resultats.feuilles(acte.db, [session.id])
    return trouvees[session.id][0] if session.id in trouvees else 0


def _ce_qui_change(une: Json, autre: Json) -> Json:
    """Returns what a sheet notes otherwise than another: one of hundreds of lines is saved each time that a few are."""
    return ce_qui_change(une, autre) | {"resultats": ce_qui_change(une["resultats"], autre["resultats"])}


def _en_trace(session: Session, feuille: Feuille) -> Json:
    noms = {c.candidat_id: nominatif(c.candidat_id, c.nom) for c in session.candidats}
    return {
        "resultats": {
            r.candidat_id: {"candidat": noms.get(r.candidat_id), **resultats.en_json(r)} for r in feuille.resultats
        },
        "jures_presents": [nominatif(j.jure_id, j.nom) for j in session.jures if j.jure_id in feuille.jures_presents],
    }
