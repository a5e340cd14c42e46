"""The lists of jurés and of habilitations: a fixed number of queries a page."""

from typing import Any

import sqlalchemy as sa

from commun.forms import charger
from commun.pages import Tris, contient, lire_page, paginer
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte
from services.jures import schemas
from services.jures.queries.perimetre import visible
from services.jures.queries.vues import habilitation_en_clair, jure_de_liste, nom_du_jure
from services.jures.storage.etats import Etats, etats_le
from services.jures.storage.fiches import get_fiches
from services.jures.storage.tables import habilitations, jures

_TRIS_JURES = {
    "nom": jures.c.tri,
    "prenom": jures.c.prenom,
    "departement": jures.c.departement,
    "statut": jures.c.statut,
}


def lister_jures(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of jurés."""
    p = charger(schemas.FiltresJures, filtres)
    requete = sa.select(jures.c.id).where(choix_des_jures(acte, p))
    lignes, cadre = _lire(acte, requete, p, _TRIS_JURES, defaut="nom", cle=jures.c.id)
    ids = [ligne["id"] for ligne in lignes]
    fiches = get_fiches(acte.db, ids, acte.jour())
    return {"elements": [jure_de_liste(fiches[id_]) for id_ in ids], **cadre}


def lister_habilitations(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of habilitations, each in the state that it has on the day."""
    p = charger(schemas.FiltresHabilitations, filtres)
    requete = requete_des_habilitations(acte, p, etats_le(acte.jour()))
    tris = {
        "date_fin": habilitations.c.date_fin,
        "date_debut": habilitations.c.date_debut,
        "nom": jures.c.tri,
        "departement": jures.c.departement,
    }
    lignes, cadre = _lire(acte, requete, p, tris, defaut="date_fin", cle=habilitations.c.id)
    fiches = get_fiches(acte.db, {ligne["jure_id"] for ligne in lignes}, acte.jour())
    elements = [
        habilitation_en_clair(fiche, fiche.habilitation(ligne["id"]), acte.acteur) | {"jure": nom_du_jure(fiche.jure)}
        for ligne in lignes
        for fiche in (fiches[ligne["jure_id"]],)
    ]
    return {"elements": elements, **cadre}


def _lire(acte: Acte, requete: sa.Select[Any], p: dict[str, Any], tris: Tris, **ordre: Any) -> Any:
    """Returns a page's rows and its frame. Whom a centre sees is long to find: it is looked for once."""
    if acte.acteur.type is TypeProfil.CENTRE:
        return lire_page(acte.db, requete, p, tris, **ordre)
    visibles, cadre = paginer(acte.db, requete, p, tris, **ordre)
    return acte.db.execute(visibles).mappings().all(), cadre


def requete_des_habilitations(acte: Acte, p: dict[str, Any], etats: Etats) -> sa.Select[Any]:
    """Returns the query of the list of habilitations that these filters make."""
    requete = (
        sa.select(habilitations.c.id, habilitations.c.jure_id)
        .select_from(etats.source.join(jures, jures.c.id == habilitations.c.jure_id))
        .where(visible(acte), habilitations.c.etat != "supprimee", contient(jures.c.recherche, p["q"]))
    )
    egalites = (
        (habilitations.c.titre_code, p["titre"]),
        (habilitations.c.ccs_code, p["ccs"]),
        (jures.c.departement, p["departement"]),
    )
    requete = requete.where(*(colonne == valeur for colonne, valeur in egalites if valeur))
    if p["etat"]:
        requete = requete.where(etats.est(p["etat"]))
    if p["fin_avant"]:
        requete = requete.where(etats.finit_avant(p["fin_avant"]))
    return requete


def choix_des_jures(acte: Acte, p: dict[str, Any]) -> sa.ColumnElement[bool]:
    """Returns the condition of the jurés of the perimeter that these filters keep."""
    conditions = [visible(acte), contient(jures.c.recherche, p["q"])]
    if p["departement"]:
        conditions.append(jures.c.departement == p["departement"])
    if p["statut"]:
        conditions.append(jures.c.statut == p["statut"])
    for colonne, valeur in ((habilitations.c.titre_code, p["titre"]), (habilitations.c.ccs_code, p["ccs"])):
        if valeur:
            habilites = sa.select(habilitations.c.jure_id).where(colonne == valeur, habilitations.c.etat != "supprimee")
            conditions.append(jures.c.id.in_(habilites))
    return sa.and_(*conditions)
