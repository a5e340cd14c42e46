"""Candidates as the contract shows them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.acquis import Acquis, acquis
from commun.domain.lifecycle import Boutons, boutons_de
from commun.domain.pays import nom_du_pays
from commun.domain.referentiel import TypeProfil
from commun.domain.rules import verifier
from commun.domain.textes import normaliser
from commun.schemas.forms import Page, charger
from commun.storage.pages import Tris, contient, feuilleter, paginer, plie
from commun.storage.requetes import du_perimetre, jour_du_site
from commun.traces import audit
from services.candidats import schemas
from services.candidats.domain.acquis import en_clair as acquis_en_clair
from services.candidats.domain.model import (
    Candidat,
    FaitsModification,
    Naissance,
    avec_jour_et_mois_inverses,
)
from services.candidats.domain.rules import MODIFICATION
from services.candidats.storage import replicas
from services.candidats.storage.candidats import (
    NOMMES,
    anonyme,
    cles_proches_de,
    distincts,
    get_candidat,
    get_candidats,
    ids_du_perimetre,
    list_proches,
    perimetre,
    visibles,
)
from services.candidats.storage.journaux import ids_de_l_import
from services.candidats.storage.tables import candidats, perimetres, sessions

MODIFIER_IDENTITE = "modifier_identite"

TRIS: Tris = {
    "nom_naissance": candidats.c.tri,
    "prenoms": plie(candidats.c.prenoms),
    "date_naissance": candidats.c.date_naissance,
    "numero": candidats.c.numero,
}
PAR_DEFAUT = "nom_naissance"


def fiche(acte: Acte, candidat_id: str) -> dict[str, Any]:
    """Returns one candidate, with what may be done now."""
    return fiche_de(acte, get_candidat(acte.db, candidat_id, acte.acteur))


def fiche_de(acte: Acte, candidat: Candidat) -> dict[str, Any]:
    """Returns the candidate at hand as `fiche` does: an act may take him out of the perimeter of who acts."""
    return candidats_en_clair(acte, [candidat])[0] | _boutons(acte, candidat)


def lister(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of the candidates of the perimeter."""
    p = charger(schemas.FiltresCandidats, filtres)
    # alone, an index gives ids, however far the page
    requete = requete_des_candidats(acte.acteur, p).with_only_columns(candidats.c.id)
    filtree = p["date_naissance"] or p["import_id"] or normaliser(p["q"])
    tous = not filtree and acte.acteur.type is not TypeProfil.NATIONAL
    comptes = ids_du_perimetre(acte.acteur).where(~anonyme(perimetres.c.candidat_id)) if tous else None
    lignes, cadre = paginer(acte.db, requete, p, TRIS, defaut=PAR_DEFAUT, cle=candidats.c.id, comptes=comptes)
    lus = get_candidats(acte.db, [ligne["id"] for ligne in lignes])
    return {"elements": candidats_en_clair(acte, [lus[ligne["id"]] for ligne in lignes]), **cadre}


def requete_des_candidats(acteur: Acteur, p: dict[str, Any]) -> sa.Select[Any]:
    """Returns the query of the list that these filters make: each word of `q` somewhere in the names or the number."""
    requete = sa.select(candidats).where(NOMMES, perimetre(acteur), contient(candidats.c.recherche, p["q"]))
    if p["date_naissance"]:
        requete = requete.where(candidats.c.date_naissance == p["date_naissance"])
    if p["import_id"]:
        requete = requete.where(candidats.c.id.in_(ids_de_l_import(acteur, p["import_id"])))
    return requete


def bandeau(acte: Acte, candidat_id: str) -> dict[str, Any]:
    """Returns what the page's banner shows: identity, birth place (never the home), current registrations (CAN-03).

    A centre sees its own sessions, a service of the State those of its territory: others are not named. Those over are
    told too, by their number: the page links to them what he acquired there, and to no other.
    """
    candidat = get_candidat(acte.db, candidat_id, acte.acteur)
    jour = jour_du_site(sessions.c.departement, acte.jour)
    caduque = sessions.c.etat.in_(("brouillon", "en_attente_de_validation")) & (sessions.c.date_debut <= jour)
    courante = (sessions.c.date_fin >= jour) & sessions.c.etat.not_in(("annulee", "refusee")) & ~caduque
    siennes = replicas.list_inscriptions(acte.db, candidat.id, du_perimetre(acte.acteur, sessions), courante)
    champs = ("numero", "type", "titre_code", "ccs_code", "date_debut", "date_fin", "parcours")
    naissance = candidat.identite.naissance
    return {
        **_qui(candidat),
        "anonyme": candidat.anonyme,
        "naissance": asdict(naissance)
        | {"departement": naissance.departement, "libelle": lieu_de_naissance(naissance)},
        "inscriptions": [
            {"session_id": s["id"], **{champ: s[champ] for champ in champs}} for s in siennes if s["courante"]
        ],
        "sessions": [{"session_id": s["id"], "numero": s["numero"]} for s in siennes],
    }


def doublons(acte: Acte, candidat_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of the candidates of the perimeter who may be the same person, and whether one is elsewhere.

    A centre is not told: it merges nobody, and would change an identity again and again to ask of anybody (ADR 51).
    """
    candidat = get_candidat(acte.db, candidat_id, acte.acteur)
    cherchees = avec_jour_et_mois_inverses(cles_proches_de(acte.db, candidat.id))
    trouves = distincts(list_proches(acte.db, cherchees))
    proches = [c for c in trouves if c.id != candidat.id]
    vus = visibles(acte.db, [c.id for c in proches], perimetre(acte.acteur))
    elements = candidats_en_clair(acte, [c for c in proches if c.id in vus])
    page = feuilleter(elements, charger(Page, filtres), TRIS, lambda e: f"{e['nom_naissance']} {e['prenoms']}")
    return page | {"ailleurs": acte.acteur.type is not TypeProfil.CENTRE and len(vus) < len(proches)}


def traces(acte: Acte, candidat_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to a candidate, newest first."""
    return traces_de(acte, "candidat", get_candidat(acte.db, candidat_id, acte.acteur).id, filtres)


def traces_de(acte: Acte, objet_type: str, objet_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to something of the perimeter. To a centre, other centres are not named."""
    lue = audit.page(acte.db, objet_type, objet_id, filtres)
    if acte.acteur.type is TypeProfil.CENTRE:
        lue["elements"] = [ligne | {"acteur": _masque(ligne["acteur"], acte.acteur)} for ligne in lue["elements"]]
    return lue


def acquis_des(acte: Acte, ids: Iterable[str]) -> dict[str, Acquis]:
    """Returns what each of these candidates has acquired: computed from the last closed results, never stored."""
    demandes = list(ids)
    lignes = replicas.list_resultats(acte.db, demandes)
    codes = {r.titre_code for resultats in lignes.values() for r in resultats if r.titre_code}
    titres = replicas.get_titres(acte.db, codes) if codes else {}
    equivalents = replicas.get_correspondances(acte.db, codes) if codes else {}
    return {i: acquis(lignes.get(i, ()), titres, equivalents) for i in demandes}


def candidats_en_clair(acte: Acte, liste: list[Candidat]) -> list[dict[str, Any]]:
    """Returns candidates as the contract shows them, in this order, at the cost of a fixed number of queries."""
    obtenus = acquis_des(acte, [c.id for c in liste])
    return [en_clair(c) | {"acquis": acquis_en_clair(obtenus[c.id])} for c in liste]


def en_clair(c: Candidat) -> dict[str, Any]:
    """Returns a candidate's own data."""
    return {
        **_qui(c),
        "naissance": asdict(c.identite.naissance),
        "adresse": asdict(c.adresse) if c.adresse else None,
        **c.coordonnees,
        "departement": c.departement,
        "version": c.version,
    }


def _qui(c: Candidat) -> dict[str, Any]:
    """Returns who a candidate is, his birth place apart: the banner shows it otherwise."""
    identite = c.identite
    return {
        "id": c.id,
        "numero": c.numero,
        "civilite": identite.civilite,
        "nom_naissance": identite.nom_naissance,
        "nom_usage": identite.nom_usage,
        "prenoms": identite.prenoms,
        "date_naissance": identite.date_naissance,
    }


def lieu_de_naissance(naissance: Naissance) -> str:
    """Returns the birth place as people read it: « Lyon 3e Arrondissement (69) », « Casablanca (Maroc) »."""
    precision = naissance.departement if naissance.en_france else nom_du_pays(naissance.pays_code)
    if naissance.commune and precision:
        return f"{naissance.commune} ({precision})"
    return naissance.commune or precision or ""


def _boutons(acte: Acte, candidat: Candidat) -> Boutons:
    """Returns whether the identity block may be changed, and why not (CAN-02)."""
    if acte.acteur.type is TypeProfil.NATIONAL or candidat.anonyme:
        return boutons_de({})
    return boutons_de({MODIFIER_IDENTITE: verifier(MODIFICATION, faits_modification(acte, candidat))})


def faits_modification(acte: Acte, candidat: Candidat) -> FaitsModification:
    """Gathers what CAN-02 reads."""
    return FaitsModification(
        nom=candidat.identite.nom_complet,
        par_un_centre=acte.acteur.type is TypeProfil.CENTRE,
        resultat_enregistre=replicas.resultat_enregistre(acte.db, candidat.id),
    )


def _masque(auteur: dict[str, Any], lecteur: Acteur) -> dict[str, Any]:
    """Returns the author of a trace as a centre may know it. An old one does not say which centre acted, and is never
    written again (its print covers it): whoever acted knows himself there, nobody else.
    """
    lui_meme = auteur.get("compte_id") == lecteur.compte_id
    d_un_autre = auteur["profil"].startswith(TypeProfil.CENTRE) and not lui_meme
    if d_un_autre and auteur.get("etablissement_id") != lecteur.etablissement_id:
        return {"identifiant": "un autre centre", "profil": TypeProfil.CENTRE.value}
    return auteur
