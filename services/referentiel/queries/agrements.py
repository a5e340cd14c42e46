"""Agréments as the contract shows them: each with what relies on it, and the list that looks for them."""

from collections.abc import Generator, Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte, Question
from commun.bus.acteur import Acteur
from commun.domain.dates import FUSEAUX, PARIS, fuseau, plus_mois
from commun.domain.referentiel import Agrement, Titre, TypeProfil
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.storage.ensemble import Ligne
from commun.storage.pages import Tris, contient, lire_page
from commun.storage.replica import en_tranche, tranche
from commun.storage.requetes import jour_du_site
from services.referentiel import schemas
from services.referentiel.domain.lifecycle import AGREMENT
from services.referentiel.domain.model import (
    FaitsAgrement,
    Inscrits,
    SessionAVenir,
    StatutAgrement,
    nombres,
    porte,
    sert_jusqu_au,
    statut_le,
)
from services.referentiel.queries.perimetre import (
    agrement_visible,
    dans_le_perimetre,
    etablissement_visible,
    visible_sql,
)
from services.referentiel.queries.titres import fin_prolongation_sql
from services.referentiel.storage.etablissements import (
    AGREMENTS,
    JAMAIS_VALIDEES,
    AgrementStocke,
    agrements_des_sites,
    agrements_lus,
    denominations,
    sessions_des_sites,
)
from services.referentiel.storage.tables import agrements, ccs, etablissements, sites, titres, titres_ccs
from services.referentiel.storage.titres import get_titres, intitules_ccs, titres_du_ccs

BIENTOT = 6
"""Months before its end from which an agrément is shown as ending soon (AGR-01)."""

Participants = dict[str, Any]
_ROLES = ("candidats", "jures")
_VU_DE_LOIN: dict[str, Any] = {"autre_territoire": True, "sessions": [], "actions": [], "refus": []}
"""What another territory reads of an agrément, of which its établissement tells (AGR-01)."""


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
    jours = {s.site.id: acte.jour(fuseau(s.site.territoire.departement)) for s in stockes}
    a_venir = sessions_des_sites(acte.db, ids_sites, min(jours.values(), default=acte.jour()))
    faits = {}
    for s in stockes:
        a, jour = s.agrement, jours[s.site.id]
        codes_siens = [a.titre_code] if a.titre_code else par_ccs.get(a.ccs_code or "", [])
        siens: tuple[Titre, ...] = tuple(connus[c] for c in codes_siens)
        autres = tuple(v.agrement for v in voisins[s.site.id] if v.agrement.id != a.id)
        faits[a.id] = FaitsAgrement(
            jour=jour,
            agrement=a,
            numero=s.numero,
            certification=siens[0].intitule if a.titre_code else complements[a.ccs_code or ""],
            titres=siens,
            agrements_du_site=autres,
            numeros={v.agrement.id: v.numero for v in voisins[s.site.id]},
            sessions=tuple(_qui_s_appuient(a, autres, a_venir[s.site.id], siens, jour)),
        )
    return faits


def _qui_s_appuient(
    a: Agrement, autres: tuple[Agrement, ...], sessions: Iterable[Ligne], siens: tuple[Titre, ...], jour: date
) -> Iterable[SessionAVenir]:
    for s in sessions:
        meme_sujet = (
            s["ccs_code"] == a.ccs_code if a.ccs_code else s["titre_code"] == a.titre_code and not s["ccs_code"]
        )
        caduque = s["etat"] in JAMAIS_VALIDEES and s["date_debut"] <= jour
        a_venir = s["date_fin"] >= jour and not caduque
        du_centre = s["etablissement_id"] == a.etablissement_id
        if du_centre and meme_sujet and a_venir and porte(a, s["date_debut"], s["date_fin"], siens, autres):
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
    retire = statut is StatutAgrement.RETIRE
    effective = f.agrement.date_fin if retire else sert_jusqu_au(f.agrement, f.titres)
    fin = min(f.agrement.date_fin, effective)
    bientot = not retire and f.jour <= fin <= plus_mois(f.jour, BIENTOT)
    return {
        **agrement_publie(f.agrement, stocke.numero, stocke.version),
        "statut": statut,
        "site": stocke.site.libelle,
        "certification": f.certification,
        "fin_effective": effective,
        "finit_bientot": bientot,
        "couvre_la_prolongation": statut not in (StatutAgrement.RETIRE, StatutAgrement.ECHU)
        and f.jour > f.agrement.date_fin,
        **(_vu_de_pres(acte, statut, f) if dans_le_perimetre(acte.acteur, stocke) else _VU_DE_LOIN),
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
    lus = agrements_lus(acte.db, tranche(AGREMENTS, agrements.c.id, apres, limite))
    elements = [agrement_publie(s.agrement, s.numero, s.version) for s in lus]
    return en_tranche(elements, [s.agrement.id for s in lus], limite)


# -- the list ---------------------------------------------------------------------------------------------------------

PAR_DEFAUT = "date_fin"
_NUMERO = sa.func.lower(agrements.c.numero)


def lister_agrements(acte: Acte, filtres: dict[str, Any], etablissement_id: str | None = None) -> dict[str, Any]:
    """Returns a page of agréments: those of an établissement, else of the whole perimeter."""
    p = charger(schemas.FiltresAgrements, filtres)
    requete = requete_des_agrements(acte, p, etablissement_id)
    cles = requete.with_only_columns(agrements.c.id, maintain_column_froms=True)  # alone, they are light to sort
    lignes, cadre = lire_page(acte.db, cles, p, tris(acte), defaut=PAR_DEFAUT, cle=agrements.c.id)
    ids = [ligne["id"] for ligne in lignes]
    lus = {s.agrement.id: s for s in agrements_lus(acte.db, AGREMENTS.where(agrements.c.id.in_(ids)))}
    return {"elements": agrements_en_clair(acte, [lus[id_] for id_ in ids]), **cadre}


def tris(acte: Acte) -> Tris:
    """Returns what the list is sorted by, on the day of each site."""
    return {
        "date_fin": agrements.c.date_fin,
        "date_debut": agrements.c.date_debut,
        "numero": agrements.c.numero,
        "titre_code": sa.func.coalesce(agrements.c.titre_code, ""),
        "ccs_code": sa.func.coalesce(agrements.c.ccs_code, ""),
        "statut": statut_sql(acte),
    }


def requete_des_agrements(acte: Acte, p: dict[str, Any], etablissement_id: str | None = None) -> sa.Select[Any]:
    """Returns the query of the list of agréments that these filters make."""
    if etablissement_id:
        requete = AGREMENTS.where(agrements.c.etablissement_id == etablissement_visible(acte, etablissement_id)[0].id)
    else:
        requete = AGREMENTS.where(_agrement_visible_sql(acte.acteur))
    egalites = (
        ("titre", agrements.c.titre_code),
        ("ccs", agrements.c.ccs_code),
        ("departement", sites.c.departement),
        ("region", sites.c.region),
    )
    requete = requete.where(*(colonne == p[nom] for nom, colonne in egalites if p[nom]))
    if p["statut"]:
        requete = requete.where(_au_statut_sql(acte, p["statut"]))
    if p["fin_avant"]:
        requete = requete.where((agrements.c.date_fin < p["fin_avant"]) | _abrege_avant(p["fin_avant"]))
    if p["fin_apres"]:
        requete = requete.where(agrements.c.date_fin >= p["fin_apres"], _abrege_avant(p["fin_apres"]).is_not(True))
    return _cherchee(requete, p["q"]) if p["q"] else requete


def _abrege_avant(jour: date) -> sa.ColumnElement[bool]:
    """Returns the condition that an agrément ends with its titre's prolongation, before a day, as `fin_sql` says."""
    retire = agrements.c.statut == StatutAgrement.RETIRE.value
    return ~retire & agrements.c.titre_code.in_(sa.select(titres.c.code).where(fin_prolongation_sql() < jour))


def _cherchee(requete: sa.Select[Any], q: str) -> sa.Select[Any]:
    """Returns a query of agréments with what `q` looks for: their établissement, their number, what they are for."""
    titre, complement = titres.alias(), ccs.alias()  # `statut_sql` looks into the tables themselves
    requete = requete.outerjoin(titre, titre.c.code == agrements.c.titre_code)
    requete = requete.outerjoin(complement, complement.c.code == agrements.c.ccs_code)
    sujet = sa.func.coalesce(titre.c.recherche, complement.c.recherche)
    return requete.where(contient(sa.func.concat_ws(" ", etablissements.c.recherche, _NUMERO, sujet), q))


def _agrement_visible_sql(acteur: Acteur) -> sa.ColumnElement[bool]:
    match acteur.type:
        case TypeProfil.NATIONAL | TypeProfil.CENTRE:
            return visible_sql(acteur)
        case TypeProfil.UD:
            return sites.c.departement == acteur.departement
        case TypeProfil.DIRECCTE:
            return sites.c.region == acteur.region


def statut_sql(acte: Acte) -> sa.ColumnElement[str]:
    """Returns `statut_le` in SQL, on the day of each agrément's site."""
    stocke, vaut = agrements.c.statut, (agrements.c.statut == StatutAgrement.RETIRE.value) | _court_sql(acte)
    return sa.case((vaut, stocke), else_=StatutAgrement.ECHU.value)


def fin_sql() -> sa.ColumnElement[date]:
    """Returns the sooner of an agrément's own end and of its titre's prolongation's, in SQL; its own once withdrawn."""
    du_titre = sa.select(fin_prolongation_sql()).where(titres.c.code == agrements.c.titre_code).scalar_subquery()
    retire = agrements.c.statut == StatutAgrement.RETIRE.value
    return sa.case((retire, agrements.c.date_fin), else_=sa.func.least(agrements.c.date_fin, du_titre))


def _au_statut_sql(acte: Acte, statut: str) -> sa.ColumnElement[bool]:
    """Returns the condition that `statut_sql` is this one, in terms whose frequency the planner knows."""
    match statut:
        case StatutAgrement.RETIRE:
            return agrements.c.statut == statut
        case StatutAgrement.ECHU:
            return (agrements.c.statut != StatutAgrement.RETIRE.value) & _court_sql(acte).is_not(True)
        case _:
            return (agrements.c.statut == statut) & _court_sql(acte)


def _court_sql(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition that an agrément is not at its end, by its own dates or by its titre's prolongation."""
    jour, jours = jour_du_site(sites.c.departement, acte.jour), [acte.jour(zone) for zone in (PARIS, *FUSEAUX.values())]
    couvert = titres.c.date_fin_de_vie.between(agrements.c.date_debut, agrements.c.date_fin)
    en_prolongation = (titres.c.date_fin_de_vie < max(jours)) & (fin_prolongation_sql() >= min(jours))
    du_titre = sa.select(titres.c.code).where(en_prolongation)
    du_ccs = sa.select(titres_ccs.c.ccs_code).join(titres).where(en_prolongation)
    # in the order of their cost: the site's day is looked for where it matters, the titre where the dates are past, and
    # first among the few that may be in prolongation
    return sa.or_(
        agrements.c.date_fin >= max(jours),
        agrements.c.date_fin >= jour,
        agrements.c.titre_code.in_(du_titre)
        & sa.exists().where(titres.c.code == agrements.c.titre_code, couvert, fin_prolongation_sql() >= jour),
        agrements.c.ccs_code.in_(du_ccs)
        & sa.exists()
        .where(titres.c.code == titres_ccs.c.titre_code, titres_ccs.c.ccs_code == agrements.c.ccs_code)
        .where(couvert, fin_prolongation_sql() >= jour),
    )
