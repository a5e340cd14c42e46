"""Agréments as the contract shows them, each with what relies on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.dates import fuseau, lendemain, plus_mois
from commun.domain.referentiel import PREAVIS_MOIS, Agrement, Titre, agreent
from commun.storage.db import identifiant
from commun.storage.ensemble import Ligne
from commun.storage.replica import en_tranche, tranche
from services.referentiel.domain.lifecycle import AGREMENT
from services.referentiel.domain.model import (
    JAMAIS_VALIDEES,
    FaitsAgrement,
    Inscrits,
    SessionAVenir,
    StatutAgrement,
    nombres,
    porte,
    pour_le_meme,
    sert_jusqu_au,
    statut_le,
)
from services.referentiel.domain.rules import ccs_avec_le_titre, dans_la_vie_du_titre
from services.referentiel.queries.perimetre import agrement_visible, dans_le_perimetre
from services.referentiel.storage.etablissements import (
    AGREMENTS,
    AgrementStocke,
    agrements_des_sites,
    agrements_lus,
    denominations,
    sessions_des_sites,
)
from services.referentiel.storage.tables import agrements
from services.referentiel.storage.titres import get_titres, intitules_ccs, titres_du_ccs

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
    numeros = {site_id: {v.agrement.id: v.numero for v in du_site} for site_id, du_site in voisins.items()}
    jours = {s.site.id: acte.jour(fuseau(s.site.territoire.departement)) for s in stockes}
    a_venir: dict[tuple[str, str | None], list[Ligne]] = defaultdict(list)  # each looks at those of its subject alone
    for du_site in sessions_des_sites(acte.db, ids_sites, min(jours.values(), default=acte.jour())).values():
        for session in du_site:
            a_venir[session["site_id"], session["ccs_code"] or session["titre_code"]].append(session)
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
            numeros=numeros.get(s.site.id, {}),
            sessions=tuple(_qui_s_appuient(a, autres, a_venir[s.site.id, a.ccs_code or a.titre_code], siens, jour)),
            deja_accorde=s.version > 0,
        )
    return faits


def _qui_s_appuient(
    a: Agrement, autres: tuple[Agrement, ...], sessions: Iterable[Ligne], siens: tuple[Titre, ...], jour: date
) -> Iterable[SessionAVenir]:
    """Yields, of the sessions of its site for what it is for, those to come that are held under an agrément. Suspended
    or withdrawn, it has those alone that no other of the site covers."""
    for s in sessions:
        caduque = s["etat"] in JAMAIS_VALIDEES and s["date_debut"] <= jour
        a_venir = s["date_fin"] >= jour and not caduque
        dates = (s["date_debut"], s["date_fin"], siens)
        ailleurs = a.statut != StatutAgrement.ACCORDE and agreent(pour_le_meme(a, autres), *dates)
        if a_venir and not ailleurs and porte(a, *dates, autres):
            yield SessionAVenir(s["numero"], s["date_debut"], s["date_fin"], s["id"], s["etat"])


def renouvelable(f: FaitsAgrement) -> bool:
    """Returns whether an agrément may be given for longer (AGR-03)."""
    un_jour_de_plus = replace(f.agrement, date_fin=lendemain(f.agrement.date_fin))
    return dans_la_vie_du_titre.verifier(replace(f, agrement=un_jour_de_plus)) is None


def releve(f: FaitsAgrement) -> bool:
    """Returns whether another takes over from an agrément the day after its end (SES-01)."""
    ensuite = lendemain(sert_jusqu_au(f.agrement, f.titres))
    return agreent(pour_le_meme(f.agrement, f.agrements_du_site), ensuite, ensuite, f.titres)


def renouvellement(f: FaitsAgrement, statut: StatutAgrement, *, a_renouveler: bool) -> dict[str, Any] | None:
    """Returns from when another may be granted in the place of an agrément that is over, or withdrawn, for nothing
    brings it back, or that ends soon: `{a_partir_du, titre_d_abord}`, the last where one of a titre of its CCS has to
    be there first. `None` where none is to be granted, or may be for so long as a day (AGR-03)."""
    if not (a_renouveler or statut in (StatutAgrement.RETIRE, StatutAgrement.ECHU)):
        return None
    le = lendemain(f.agrement.date_fin) if a_renouveler else f.jour
    if all(titre.date_fin_de_vie and titre.date_fin_de_vie < le for titre in f.titres):
        return None
    voulu = replace(f.agrement, date_debut=le, date_fin=le, statut=StatutAgrement.ACCORDE.value)
    accorde = replace(f, agrement=voulu)
    manque = any(regle.verifier(accorde) for regle in (ccs_avec_le_titre, dans_la_vie_du_titre))
    return {"a_partir_du": le, "titre_d_abord": manque}


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
    bientot = not retire and f.jour <= fin <= plus_mois(f.jour, PREAVIS_MOIS)
    a_renouveler = bientot and statut is StatutAgrement.ACCORDE and renouvelable(f) and not releve(f)
    de_pres = dans_le_perimetre(acte.acteur, stocke)
    return {
        **agrement_publie(f.agrement, stocke.numero, stocke.version),
        "statut": statut,
        "site": stocke.site.libelle,
        "certification": f.certification,
        "fin_effective": effective,
        "finit_bientot": bientot,
        "a_renouveler": a_renouveler,
        "renouvellement": renouvellement(f, statut, a_renouveler=a_renouveler) if de_pres else None,
        "couvre_la_prolongation": statut not in (StatutAgrement.RETIRE, StatutAgrement.ECHU)
        and f.jour > f.agrement.date_fin,
        **(_vu_de_pres(acte, statut, f) if de_pres else _VU_DE_LOIN),
    }


def _vu_de_pres(acte: Acte, statut: StatutAgrement, f: FaitsAgrement) -> dict[str, Any]:
    vus = {"autre_territoire": False, "sessions": [s.numero for s in f.sessions]}
    return {**vus, **AGREMENT.boutons(statut, acte.acteur.type, f)}


def fiche_agrement(acte: Acte, agrement_id: str) -> dict[str, Any]:
    """Returns one agrément."""
    return agrements_en_clair(acte, [agrement_visible(acte, agrement_id)])[0]


def incidences(acte: Acte, agrement_id: str) -> Etapes[dict[str, Any]]:
    """Returns the sessions to come that rely on an agrément, and by name who is registered in them (AGR-02)."""
    stocke = agrement_visible(acte, agrement_id)
    dites = yield from sessions_du_moment(acte, stocke)
    faits = avec_sessions(faits_agrements(acte, [stocke])[stocke.agrement.id], dites)
    inscrits = {dite["id"]: {role: dite[role] for role in _ROLES} for dite in dites}
    vues = [
        {nom: getattr(s, nom) for nom in ("id", "numero", "date_debut", "date_fin", "etat")} | inscrits[s.id]
        for s in faits.sessions
    ]
    return {"sessions": vues, **nombres((faits.inscrits or {})[s.id] for s in faits.sessions)}


def sessions_du_moment(acte: Acte, stocke: AgrementStocke) -> Etapes[list[dict[str, Any]]]:
    """Returns the sessions to come at the site of an agrément for what it is for, with who is registered in each, as
    their owner says now: of one just created, no event has told the copy yet."""
    a, jour = stocke.agrement, acte.jour(fuseau(stocke.site.territoire.departement))
    lieu = {"etablissement_id": a.etablissement_id, "site_id": a.site_id, "depuis": jour}
    sujet = {"titre_code": a.titre_code, "ccs_code": a.ccs_code}
    return list((yield Question("sessions_gardes", "a_venir", **lieu, **sujet)))


def avec_sessions(f: FaitsAgrement, dites: Iterable[dict[str, Any]]) -> FaitsAgrement:
    """Returns these facts by what `sessions_du_moment` says, rather than by the copy."""
    lues = [dite | {nom: date.fromisoformat(dite[nom]) for nom in ("date_debut", "date_fin")} for dite in dites]
    return replace(
        f,
        sessions=tuple(_qui_s_appuient(f.agrement, f.agrements_du_site, lues, f.titres, f.jour)),
        inscrits={
            lue["id"]: Inscrits(**{role: frozenset(qui["id"] for qui in lue[role]) for role in _ROLES}) for lue in lues
        },
    )


def agrements_de(acte: Acte, etablissement_id: str) -> list[dict[str, Any]]:
    """Returns the agréments of an établissement as their events tell of them, for a copy that lags behind."""
    requete = AGREMENTS.where(agrements.c.etablissement_id == identifiant(etablissement_id))
    return [agrement_publie(s.agrement, s.numero, s.version) for s in agrements_lus(acte.db, requete)]


def agrements_publies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns agréments as their events tell of them, for a copy to be rebuilt."""
    lus = agrements_lus(acte.db, tranche(AGREMENTS, agrements.c.id, apres, limite))
    elements = [agrement_publie(s.agrement, s.numero, s.version) for s in lus]
    return en_tranche(elements, [s.agrement.id for s in lus], limite)
