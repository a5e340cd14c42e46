"""Établissements and agréments as the contract shows them, to those whose perimeter holds them."""

from collections.abc import Generator, Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.acteur import Acteur
from commun.dates import fuseau, plus_mois
from commun.db import identifiant
from commun.ensemble import groupees
from commun.errors import Introuvable
from commun.forms import charger
from commun.pages import contient, paginer, plie
from commun.referentiel import Agrement, Titre, TypeProfil
from commun.unit_of_work import Acte, Question
from services.referentiel import schemas
from services.referentiel.domain.lifecycle import AGREMENT
from services.referentiel.domain.model import (
    Etablissement,
    FaitsAgrement,
    Inscrits,
    SessionAVenir,
    StatutAgrement,
    couvre_encore,
    nombres,
    statut_le,
)
from services.referentiel.domain.perimeters import couvre
from services.referentiel.storage.etablissements import (
    AGREMENTS,
    JAMAIS_VALIDEES,
    AgrementStocke,
    agrements_des_sites,
    agrements_lus,
    denominations,
    get_agrement,
    get_etablissements,
    sessions_des_sites,
)
from services.referentiel.storage.tables import agrements, etablissements, sites
from services.referentiel.storage.titres import get_titres, intitules_ccs, titres_du_ccs

BIENTOT = 6
"""Months before its end from which an agrément is shown as ending soon (AGR-01)."""


Participants = dict[str, Any]
_ROLES = ("candidats", "jures")
_VU_DE_LOIN: dict[str, Any] = {"autre_territoire": True, "sessions": [], "actions": [], "refus": []}
"""What another territory reads of an agrément, of which its établissement tells (AGR-01)."""


# -- perimeters -------------------------------------------------------------------------------------------------------


def visible_sql(acteur: Acteur) -> sa.ColumnElement[bool]:
    """Returns the condition that the head office or a site of an établissement is in this profil's perimeter."""
    match acteur.type:
        case TypeProfil.NATIONAL:
            return sa.true()
        case TypeProfil.CENTRE:
            return etablissements.c.id == acteur.etablissement_id
        case TypeProfil.UD:
            return _ici("departement", acteur.departement)
        case TypeProfil.DIRECCTE:
            return _ici("region", acteur.region)


def _ici(champ: str, valeur: str | None) -> sa.ColumnElement[bool]:
    un_site = sa.exists().where(sites.c.etablissement_id == etablissements.c.id, sites.c[champ] == valeur)
    return (etablissements.c[champ] == valeur) | un_site


def exiger_visible(acteur: Acteur, etablissement: Etablissement) -> None:
    """Raises 404 where this établissement is outside the perimeter of this profil."""
    if acteur.type is TypeProfil.CENTRE:
        dedans = etablissement.id == acteur.etablissement_id
    else:
        dedans = couvre(acteur.type, acteur.departement, acteur.region, etablissement.territoires)
    if not dedans:
        raise Introuvable()


def etablissement_visible(acte: Acte, etablissement_id: str, *, verrou: bool = False) -> tuple[Etablissement, int]:
    """Returns an établissement of the actor's perimeter and its version."""
    cle = identifiant(etablissement_id)
    trouve = get_etablissements(acte.db, [cle], verrou=verrou).get(cle)
    if trouve is None:
        raise Introuvable()
    exiger_visible(acte.acteur, trouve[0])
    return trouve


def agrement_visible(acte: Acte, agrement_id: str, *, verrou: bool = False) -> AgrementStocke:
    """Returns an agrément of the actor's perimeter: its own, or one at a site of its territory."""
    stocke = get_agrement(acte.db, identifiant(agrement_id), verrou=verrou)
    if stocke is None or not _dans_le_perimetre(acte.acteur, stocke):
        raise Introuvable()
    return stocke


def _dans_le_perimetre(acteur: Acteur, stocke: AgrementStocke) -> bool:
    if acteur.type is TypeProfil.CENTRE:
        return stocke.agrement.etablissement_id == acteur.etablissement_id
    return couvre(acteur.type, acteur.departement, acteur.region, {stocke.site.territoire})


# -- établissements ---------------------------------------------------------------------------------------------------


_PUBLICS = ("id", "siret", "denomination", "departement", "region", "sites", "version")


def etablissement_publie(etablissement: Etablissement, version: int) -> dict[str, Any]:
    """Returns who an établissement is and where: the body of its event. Its phone and mail stay here."""
    clair = etablissement_en_clair(etablissement, version)
    return {nom: clair[nom] for nom in _PUBLICS}


def etablissement_en_clair(etablissement: Etablissement, version: int) -> dict[str, Any]:
    """Returns an établissement and its sites, without its agréments."""
    return {
        "id": etablissement.id,
        "siret": etablissement.siret,
        "denomination": etablissement.denomination,
        "adresse": asdict(etablissement.adresse),
        **asdict(etablissement.territoire),
        "telephone": etablissement.telephone,
        "courriel": etablissement.courriel,
        "sites": [
            {"id": s.id, "libelle": s.libelle, "adresse": asdict(s.adresse), **asdict(s.territoire)}
            for s in etablissement.sites
        ],
        "version": version,
    }


def fiche_etablissement(acte: Acte, etablissement_id: str) -> dict[str, Any]:
    """Returns one établissement with its agréments (AGR-01)."""
    etablissement, version = etablissement_visible(acte, etablissement_id)
    return etablissement_en_clair(etablissement, version) | _ses_agrements(acte, [etablissement.id])[etablissement.id]


def _ses_agrements(acte: Acte, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns, for each of these établissements, `{agrements}`, the last to end first."""
    requete = AGREMENTS.where(agrements.c.etablissement_id.in_(ids))
    lus = agrements_lus(acte.db, requete.order_by(agrements.c.date_fin.desc(), agrements.c.numero))
    siens = groupees(agrements_en_clair(acte, lus), "etablissement_id")
    return {id_: {"agrements": siens.get(id_, [])} for id_ in ids}


def lister_etablissements(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of établissements with their agréments."""
    p = charger(schemas.FiltresEtablissements, filtres)
    requete = sa.select(etablissements.c.id).where(
        visible_sql(acte.acteur), contient(etablissements.c.recherche, p["q"])
    )
    for champ in ("departement", "region"):
        if p[champ]:
            requete = requete.where(_ici(champ, p[champ]))
    tris = {
        "denomination": plie(etablissements.c.denomination),
        "departement": etablissements.c.departement,
        "siret": etablissements.c.siret,
    }
    visible, cadre = paginer(acte.db, requete, p, tris, defaut="denomination", cle=etablissements.c.id)
    ids = list(acte.db.scalars(visible))
    lus = get_etablissements(acte.db, ids)
    siens = _ses_agrements(acte, ids)
    return {"elements": [etablissement_en_clair(*lus[i]) | siens[i] for i in ids], **cadre}


def etablissement_garde(acte: Acte, etablissement_id: str) -> dict[str, Any]:
    """Returns one établissement as its event tells of it, for a service whose copy does not have it yet."""
    cle = identifiant(etablissement_id)
    trouve = get_etablissements(acte.db, [cle]).get(cle)
    if trouve is None:
        raise Introuvable()
    return etablissement_publie(*trouve)


def contact(acte: Acte, etablissement_id: str) -> dict[str, str | None]:
    """Returns how to reach an établissement, for the letters that it sends: no event tells of it."""
    cle = identifiant(etablissement_id)
    trouve = get_etablissements(acte.db, [cle]).get(cle)
    if trouve is None:
        raise Introuvable()
    return {"telephone": trouve[0].telephone, "courriel": trouve[0].courriel}


def etablissements_publies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns établissements as their events tell of them, for a copy to be rebuilt."""
    requete = sa.select(etablissements.c.id).order_by(etablissements.c.id).limit(limite)
    ids = list(acte.db.scalars(requete.where(etablissements.c.id > apres) if apres else requete))
    lus = get_etablissements(acte.db, ids)
    suivant = ids[-1] if len(ids) == limite else None
    return {"elements": [etablissement_publie(*lus[i]) for i in ids], "suivant": suivant}


# -- agréments --------------------------------------------------------------------------------------------------------


def agrement_publie(agrement: Agrement, numero: str, version: int) -> dict[str, Any]:
    """Returns an agrément as it is stored, whatever the day: the body of its event."""
    return {**asdict(agrement), "statut": str(agrement.statut), "numero": numero, "version": version}


def faits_agrements(acte: Acte, lus: Iterable[AgrementStocke]) -> dict[str, FaitsAgrement]:
    """Returns, for each of these agréments, all that the rules may know: a fixed number of queries for any number."""
    stockes = list(lus)
    voulus = {s.agrement.ccs_code for s in stockes if s.agrement.ccs_code}
    par_ccs = titres_du_ccs(acte.db, voulus)
    codes = {s.agrement.titre_code for s in stockes if s.agrement.titre_code} | {c for t in par_ccs.values() for c in t}
    connus = {code: titre for code, (titre, _) in get_titres(acte.db, codes).items()}
    complements = intitules_ccs(acte.db, voulus)
    ids_sites = {s.site.id for s in stockes}
    voisins = agrements_des_sites(acte.db, ids_sites)
    plus_tot = min((acte.jour(fuseau(s.site.territoire.departement)) for s in stockes), default=acte.jour())
    a_venir = sessions_des_sites(acte.db, ids_sites, plus_tot)
    faits = {}
    for s in stockes:
        a = s.agrement
        codes_siens = [a.titre_code] if a.titre_code else par_ccs.get(a.ccs_code or "", [])
        siens: tuple[Titre, ...] = tuple(connus[c] for c in codes_siens)
        jour = acte.jour(fuseau(s.site.territoire.departement))
        faits[a.id] = FaitsAgrement(
            jour=jour,
            agrement=a,
            numero=s.numero,
            certification=siens[0].intitule if a.titre_code else complements[a.ccs_code or ""],
            titres=siens,
            agrements_du_site=tuple(v for v in voisins[s.site.id] if v.id != a.id),
            sessions=tuple(_qui_s_appuient(a, a_venir[s.site.id], siens, jour)),
        )
    return faits


def _qui_s_appuient(
    a: Agrement, sessions: list[dict[str, Any]], siens: tuple[Titre, ...], jour: date
) -> Iterable[SessionAVenir]:
    for s in sessions:
        meme_sujet = (
            s["ccs_code"] == a.ccs_code if a.ccs_code else s["titre_code"] == a.titre_code and not s["ccs_code"]
        )
        couverte = a.date_debut <= s["date_debut"] and couvre_encore(a, s["date_fin"], siens)
        caduque = s["etat"] in JAMAIS_VALIDEES and s["date_debut"] <= jour
        a_venir = s["date_fin"] >= jour and not caduque
        if s["etablissement_id"] == a.etablissement_id and meme_sujet and couverte and a_venir:
            yield SessionAVenir(s["numero"], s["date_debut"], s["date_fin"], s["id"], s["etat"])


def agrements_en_clair(acte: Acte, lus: list[AgrementStocke]) -> list[dict[str, Any]]:
    """Returns agréments as the contract shows them, with the buttons of the actor's profil."""
    faits = faits_agrements(acte, lus)
    noms = denominations(acte.db, (stocke.agrement.etablissement_id for stocke in lus))
    return [
        _en_clair(acte, s, faits[s.agrement.id]) | {"etablissement": noms[s.agrement.etablissement_id]} for s in lus
    ]


def _en_clair(acte: Acte, stocke: AgrementStocke, f: FaitsAgrement) -> dict[str, Any]:
    statut = statut_le(f.agrement, f.jour, f.titres)
    bientot = statut is not StatutAgrement.RETIRE and f.jour <= f.agrement.date_fin <= plus_mois(f.jour, BIENTOT)
    return {
        **agrement_publie(f.agrement, stocke.numero, stocke.version),
        "statut": statut,
        "site": stocke.site.libelle,
        "certification": f.certification,
        "finit_bientot": bientot,
        "couvre_la_prolongation": statut not in (StatutAgrement.RETIRE, StatutAgrement.ECHU)
        and f.jour > f.agrement.date_fin,
        **(_vu_de_pres(acte, statut, f) if _dans_le_perimetre(acte.acteur, stocke) else _VU_DE_LOIN),
    }


def _vu_de_pres(acte: Acte, statut: StatutAgrement, f: FaitsAgrement) -> dict[str, Any]:
    vus = {"autre_territoire": False, "sessions": [s.numero for s in f.sessions]}
    return {**vus, **AGREMENT.boutons(statut, acte.acteur.type, f)}


def fiche_agrement(acte: Acte, agrement_id: str) -> dict[str, Any]:
    """Returns one agrément."""
    return agrements_en_clair(acte, [agrement_visible(acte, agrement_id)])[0]


def incidences(acte: Acte, agrement_id: str) -> Generator[Question, Any, dict[str, Any]]:
    """Returns the sessions to come that rely on an agrément, and by name who is registered in them (AGR-02)."""
    stocke = agrement_visible(acte, agrement_id)
    sessions = faits_agrements(acte, [stocke])[stocke.agrement.id].sessions
    inscrits = yield from _participants(sessions)
    vues = [
        {nom: getattr(s, nom) for nom in ("id", "numero", "date_debut", "date_fin", "etat")}
        | inscrits.get(s.id, {role: [] for role in _ROLES})
        for s in sessions
    ]
    return {"sessions": vues, **nombres(_inscrits(inscrits).values())}


def avec_inscrits(f: FaitsAgrement) -> Generator[Question, Any, FaitsAgrement]:
    """Returns these facts with who is registered in the sessions, as their owner says now."""
    return replace(f, inscrits=_inscrits((yield from _participants(f.sessions))))


def _participants(sessions: Iterable[SessionAVenir]) -> Generator[Question, Any, dict[str, Participants]]:
    """Returns by session who is registered, and where it stands now: the copy only knows whether it is over.

    Returns:
        `{"candidats": [{"id", "nom"}], "jures": …, "etat"}`.
    """
    ids = [session.id for session in sessions]
    reponses = (yield Question("sessions_gardes", "participants", session_ids=ids)) if ids else []
    return {r["id"]: {nom: r[nom] for nom in ("etat", *_ROLES)} for r in reponses}


def _inscrits(participants: dict[str, Participants]) -> dict[str, Inscrits]:
    return {
        session_id: Inscrits(**{role: frozenset(qui["id"] for qui in siens[role]) for role in _ROLES})
        for session_id, siens in participants.items()
    }


def agrements_de(acte: Acte, etablissement_id: str) -> list[dict[str, Any]]:
    """Returns the agréments of an établissement as their events tell of them, for a copy that lags behind."""
    requete = AGREMENTS.where(agrements.c.etablissement_id == identifiant(etablissement_id))
    return [agrement_publie(s.agrement, s.numero, s.version) for s in agrements_lus(acte.db, requete)]


def agrements_publies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns agréments as their events tell of them, for a copy to be rebuilt."""
    requete = AGREMENTS.order_by(agrements.c.id).limit(limite)
    lus = agrements_lus(acte.db, requete.where(agrements.c.id > apres) if apres else requete)
    suivant = lus[-1].agrement.id if len(lus) == limite else None
    return {"elements": [agrement_publie(s.agrement, s.numero, s.version) for s in lus], "suivant": suivant}


def libelles(acte: Acte, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns these établissements by id, for a page that names them: in bulk, for another service."""
    lus = get_etablissements(acte.db, [identifiant(i) for i in ids])
    return {cle: etablissement_publie(*trouve) for cle, trouve in lus.items()}
