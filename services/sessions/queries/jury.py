"""The jury of a session: what it is worth, who could sit in it; and the session's deadlines."""

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from commun.actes.steps import Etapes, Question, insister
from commun.actes.unit_of_work import Acte
from commun.domain.acquis import correspondances_vers
from commun.domain.json import Json
from commun.domain.rules import Effet, verifier
from services.sessions.documents.modele import Personne
from services.sessions.domain.delais import echeances as calculer
from services.sessions.domain.faits import Faits
from services.sessions.domain.jury import MINIMUM, JurePressenti, couverture
from services.sessions.domain.model import Cadre, Habilitation, Session
from services.sessions.domain.rules.par_acte import ENTREE_D_UN_JURE
from services.sessions.queries.faits import faits_du_cadre
from services.sessions.queries.fiche import session_seule_visible
from services.sessions.storage import copies
from services.sessions.storage.imprimes import adresse
from services.sessions.storage.parametres import get_parametres
from services.sessions.storage.sessions import Inscrit, get_jurys

_FOIS = 10
"""How many times who is in suspense is asked about again."""


def couvrir(acte: Acte, session_id: str) -> Json:
    """Returns who may sit, and who covers which CCP (SES-07)."""
    session = _avec_son_jury(acte, session_id)
    faits = faits_du_cadre(acte, session)
    c = couverture(session.cadre, session.jures)
    intitules = {code: faits.intitules_ccp((code,))[0] for code in c.par_ccp}
    return {
        "habilites": [j.nom for j in c.habilites],
        "minimum": MINIMUM,
        "ccps": [{"code": code, "intitule": intitules[code], "jures": list(noms)} for code, noms in c.par_ccp.items()],
        "suffisante": len(c.habilites) >= MINIMUM and not c.manquants,
    }


def echeances(acte: Acte, session_id: str) -> Json:
    """Returns the session's deadlines, as the délais of each day make them, and the day that they are counted from."""
    session = session_seule_visible(acte, session_id)
    jour = acte.jour(session.fuseau)
    titre = faits_du_cadre(acte, session).titre
    dites = calculer(session.cadre, get_parametres(acte.db), jour, titre, session.soumise_le)
    return asdict(dites) | {"jour": jour}


def jures_possibles(acte: Acte, session_id: str, filtres: Json) -> Etapes[Json]:
    """Returns a page of the jurés who could sit in a session, as `jures` knows them, without those of its jury."""
    session = _avec_son_jury(acte, session_id)
    site, sauf = session.cadre.site, [j.jure_id for j in session.jures]
    lieu = {"departement": site.departement, "region": site.region}
    page = yield from _demander(acte, "possibles", session.cadre, filtres=filtres, sauf=sauf, **lieu)
    page["elements"] = [{"id": j["jure_id"], **j} for j in page["elements"]]
    trouves = page.get("ecartes", [])  # the version before has none
    if not trouves:
        return {**page, "ecartes": []}
    faits = faits_du_cadre(acte, session)
    return {**page, "ecartes": [_ecarte(faits, reponse) for reponse in trouves]}


def _ecarte(faits: Faits, reponse: Json) -> Json:
    """Returns who could not sit in a session, and what would be answered to who would register him all the same."""
    h, lui = reponse["habilitation"], pressenti(reponse, faits.cadre)
    refus = [m for m in verifier(ENTREE_D_UN_JURE, replace(faits, jure=lui)) if m.effet is Effet.REFUSE]
    return {
        "id": reponse["jure_id"],
        **{champ: reponse[champ] for champ in ("jure_id", "nom", "prenom", "nom_usage", "departement")},
        "commune": (reponse["adresse"] or {}).get("commune"),
        "visible": True,
        "motifs": [m.en_clair() for m in refus],
        "habilitation": {champ: h[champ] for champ in ("etat", "date_debut", "fin_effective")} if h else None,
    }


def pressenti(reponse: Json, cadre: Cadre) -> JurePressenti:
    """Returns a juré as the rules of his entry judge him, by what `jures` says: not whether he sits elsewhere."""
    return JurePressenti(
        jure_id=reponse["jure_id"],
        identites=frozenset(reponse["identites"]),
        nom=inscrit_de(reponse).nom,
        actif=reponse["actif"],
        habilitation=habilitation_de(reponse, cadre),
        employeurs=frozenset(reponse["employeur_sirets"]),
    )


def inscrit_de(reponse: Json) -> Inscrit:
    """Returns a juré as letters name him."""
    personne = Personne(
        id=reponse["jure_id"],
        nom=reponse["nom"],
        prenoms=reponse["prenom"],
        civilite=reponse["civilite"],
        nom_usage=reponse["nom_usage"] or "",
        adresse=adresse(reponse["adresse"]),
    )
    return Inscrit(personne, reponse["courriel"])


def habilitation_de(reponse: Json, cadre: Cadre) -> Habilitation | None:
    """Returns the habilitation that `jures` found in force over these dates, `None` where it found none."""
    if reponse["habilitation_id"] is None:
        return None
    return Habilitation(
        id=reponse["habilitation_id"],
        titre_code=cadre.titre_code if not cadre.ccs_code else None,
        ccp_codes=frozenset(reponse["ccp_codes"]),
        ccs_code=cadre.ccs_code,
        date_debut=cadre.date_debut,
        date_fin=cadre.date_fin,
        autres=frozenset(reponse["autres_habilitations"]),
    )


def _avec_son_jury(acte: Acte, session_id: str) -> Session:
    session = session_seule_visible(acte, session_id)
    return replace(session, jures=get_jurys(acte.db, [session.id])[session.id])


def aptitudes(acte: Acte, cadre: Cadre, jure_ids: list[str]) -> Etapes[list[Json]]:
    """Asks `jures` what these jurés may do, now, in a session with this frame (JRY-01, JRY-02). An act under way that
    would withdraw something of theirs counts as done.
    """
    return (yield from _demander(acte, "aptitudes", cadre, jure_ids=jure_ids))


def aptitudes_du_jury(acte: Acte, cadre: Cadre, jure_ids: list[str]) -> Etapes[list[Json]]:
    """Asks the same of members of a jury, of whom the answer is kept: an act under way that would withdraw something of
    theirs is waited for, a little, for most end at once, refused or not. Who enters waits for nobody: of two acts that
    wait for each other, both would be refused.
    """
    return (yield from insister(partial(aptitudes, acte, cadre, jure_ids), en_suspens, _FOIS))


def en_suspens(reponses: list[Json]) -> bool:
    """Returns whether one of these answers rests on an act that may yet be refused."""
    return any(reponse["connu"] and reponse["en_suspens"] for reponse in reponses)


def demande_de(acte: Acte, cadre: Cadre) -> Json:
    """Returns how `jures` is told of a session with this frame.

    `equivalents`: by CCP of an earlier titre, those of the session that it stands for (REF-01); left out where there is
    none, as in nearly every session.
    """
    equivalents = correspondances_vers(cadre.ccp_codes, copies.correspondances(acte.db))
    return {
        "type": cadre.type,
        "titre_code": cadre.titre_code,
        "ccp_codes": sorted(cadre.ccp_codes),
        "ccs_code": cadre.ccs_code,
        "date_debut": cadre.date_debut.isoformat(),
        "date_fin": cadre.date_fin.isoformat(),
    } | ({"equivalents": equivalents} if equivalents else {})


def _demander(acte: Acte, methode: str, cadre: Cadre, **autres: Any) -> Etapes[Any]:
    """Asks `jures` about a session with this frame."""
    return (yield Question("jures_gardes", methode, **demande_de(acte, cadre), **autres))
