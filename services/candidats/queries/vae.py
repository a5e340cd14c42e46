"""Demandes VAE as the contract shows them."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.lifecycle import boutons_de
from commun.domain.referentiel import TypeProfil, du_territoire
from commun.domain.territoires import region_du
from commun.schemas.forms import Page, charger
from commun.storage.pages import Tris, contient, lire_page, paginer
from services.candidats import schemas
from services.candidats.domain.lifecycle import DEMANDE_VAE, DemandeVae, FaitsDecision
from services.candidats.domain.model import Candidat
from services.candidats.queries.candidats import traces_de
from services.candidats.storage import replicas
from services.candidats.storage.candidats import anonyme, centres_de, get_candidat, get_candidats, perimetre
from services.candidats.storage.tables import candidats, demandes_vae
from services.candidats.storage.vae import demande_de, etat_sql, get_demande


def fiche(acte: Acte, demande_id: str) -> dict[str, Any]:
    """Returns one demande."""
    return demandes_en_clair(acte, [get_demande(acte.db, demande_id, acte.acteur)])[0]


def traces(acte: Acte, demande_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to a demande, newest first."""
    return traces_de(acte, "demande_vae", get_demande(acte.db, demande_id, acte.acteur).id, filtres)


def lister(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of the demandes of the perimeter's candidates. `departement`, `region`: those of the home, which
    decides."""
    p = charger(schemas.FiltresDemandesVae, filtres)
    requete = (
        sa.select(demandes_vae)
        .join(candidats)
        .where(perimetre(acte.acteur), contient(candidats.c.recherche, p["q"]), ~anonyme(candidats.c.id))
    )
    if p["etat"]:
        requete = requete.where(etat_sql(acte.jour()) == p["etat"])
    requete = requete.where(*(candidats.c[nom] == p[nom] for nom in ("departement", "region") if p[nom]))
    ordre: Any = {"tris": _tris(acte), "defaut": "date_depot", "cle": demandes_vae.c.id}
    lire = paginer if acte.acteur.type is TypeProfil.NATIONAL else lire_page  # few are of a perimeter: found once
    lignes, cadre = lire(acte.db, requete, p, **ordre)
    return {"elements": demandes_en_clair(acte, [demande_de(ligne) for ligne in lignes]), **cadre}


def lister_du_candidat(acte: Acte, candidat_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of the demandes of a candidate, the newest first."""
    candidat = get_candidat(acte.db, candidat_id, acte.acteur)
    siennes = sa.select(demandes_vae).join(candidats).where(demandes_vae.c.candidat_id == candidat.id)
    ordre: Any = {"tris": _tris(acte), "defaut": "-date_depot", "cle": demandes_vae.c.id.desc()}
    lignes, cadre = lire_page(acte.db, siennes, charger(Page, filtres), **ordre)
    return {"elements": demandes_en_clair(acte, [demande_de(ligne) for ligne in lignes]), **cadre}


def demandes_en_clair(acte: Acte, demandes: list[DemandeVae]) -> list[dict[str, Any]]:
    """Returns demandes as the contract shows them, at the cost of a fixed number of queries."""
    personnes = get_candidats(acte.db, {d.candidat_id for d in demandes})
    titres = replicas.get_titres(acte.db, {d.titre_code for d in demandes})
    return [
        en_clair(acte, d, personnes[d.candidat_id], titres[d.titre_code].intitule if d.titre_code in titres else None)
        for d in demandes
    ]


def en_clair(acte: Acte, d: DemandeVae, candidat: Candidat, titre_intitule: str | None) -> dict[str, Any]:
    """Returns a demande as the contract shows it, with what may be done of it now."""
    etat, identite = d.etat_le(acte.jour()), candidat.identite
    boutons = boutons_de({})
    if not candidat.anonyme:
        boutons = DEMANDE_VAE.boutons(etat, acte.acteur.type, faits_decision(acte, d, candidat))
    return {
        "id": d.id,
        "candidat_id": candidat.id,
        "candidat": {
            "id": candidat.id,
            "numero": candidat.numero,
            "nom_naissance": identite.nom_naissance,
            "nom_usage": identite.nom_usage,
            "prenoms": identite.prenoms,
        },
        "titre_code": d.titre_code,
        "titre_intitule": titre_intitule,
        "ccp_codes": list(d.ccp_codes),
        "date_depot": d.date_depot,
        "etat": etat,
        "date_notification": d.date_notification,
        "motif": d.motif,
        "recevable_jusqu_au": d.recevable_jusqu_au,
        "caduque_le": d.caduque_le,
        "departement": candidat.departement,
        "version": d.version,
        **boutons,
    }


def demandes_publiees(acte: Acte, demandes: list[DemandeVae]) -> list[dict[str, Any]]:
    """Returns demandes as their events tell of them."""
    ids = {d.candidat_id for d in demandes}
    personnes, centres = get_candidats(acte.db, ids), centres_de(acte.db, ids)
    return [
        {
            "demande_id": d.id,
            "titre_code": d.titre_code,
            "etat": d.etat.value,
            "recevable_jusqu_au": d.recevable_jusqu_au,
            "departement": personnes[d.candidat_id].departement,
            "etablissement_ids": centres.get(d.candidat_id, []),
            "version": d.version,
        }
        for d in demandes
    ]


def faits_decision(acte: Acte, d: DemandeVae, candidat: Candidat, **reste: Any) -> FaitsDecision:
    """Gathers what the rules of a decision read."""
    acteur, lieu = acte.acteur, candidat.departement
    competent = lieu is None or du_territoire(acteur, lieu, region_du(lieu))
    return FaitsDecision(acte.jour(), d, competent, candidat.departement, **reste)


def _tris(acte: Acte) -> Tris:
    return {
        "date_depot": demandes_vae.c.date_depot,
        "nom_naissance": candidats.c.tri,
        "date_notification": demandes_vae.c.date_notification,
        "titre_code": demandes_vae.c.titre_code,
        "etat": etat_sql(acte.jour()),
    }
