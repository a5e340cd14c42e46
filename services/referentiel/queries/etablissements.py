"""Établissements as the contract shows them, to those whose perimeter holds them."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.storage.ensemble import groupees
from commun.storage.pages import contient, paginer, plie
from commun.storage.replica import en_tranche, tranche
from services.referentiel.domain.model import Etablissement
from services.referentiel.queries.agrements import agrements_en_clair
from services.referentiel.queries.perimetre import etablissement_connu, etablissement_visible, ici, visible_sql
from services.referentiel.schemas import entree
from services.referentiel.storage.etablissements import AGREMENTS, agrements_lus, get_etablissements
from services.referentiel.storage.tables import agrements, etablissements

_PUBLICS = ("id", "siret", "denomination", "departement", "region", "sites", "version")


def etablissement_publie(etablissement: Etablissement, version: int) -> dict[str, Any]:
    """Returns who an établissement is and where: the body of its event. Its phone and mail stay here."""
    clair = etablissement_en_clair(etablissement, version)
    return {nom: clair[nom] for nom in _PUBLICS} | {"commune": etablissement.adresse.commune}


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


def fiche_etablissement(acte: Acte, etablissement_id: str, filtres: dict[str, Any] | None = None) -> dict[str, Any]:
    """Returns one établissement, with its agréments (AGR-01) unless the filters do without."""
    etablissement, version = etablissement_visible(acte, etablissement_id)
    clair = etablissement_en_clair(etablissement, version)
    if not charger(entree.FiltresEtablissement, filtres or {})["agrements"]:
        return clair
    return clair | _ses_agrements(acte, [etablissement.id])[etablissement.id]


def _ses_agrements(acte: Acte, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns, for each of these établissements, `{agrements}`, the last to end first."""
    requete = AGREMENTS.where(agrements.c.etablissement_id.in_(ids))
    lus = agrements_lus(acte.db, requete.order_by(agrements.c.date_fin.desc(), agrements.c.numero))
    siens = groupees(agrements_en_clair(acte, lus), "etablissement_id")
    return {id_: {"agrements": siens.get(id_, [])} for id_ in ids}


def lister_etablissements(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of établissements, with their agréments unless the filters do without."""
    p = charger(entree.FiltresEtablissements, filtres)
    requete = sa.select(etablissements.c.id).where(
        visible_sql(acte.acteur), contient(etablissements.c.recherche, p["q"])
    )
    for champ in ("departement", "region"):
        if p[champ]:
            requete = requete.where(ici(champ, p[champ]))
    tris = {
        "denomination": plie(etablissements.c.denomination),
        "departement": etablissements.c.departement,
        "region": etablissements.c.region,
        "siret": etablissements.c.siret,
    }
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="denomination", cle=etablissements.c.id)
    ids = [ligne["id"] for ligne in lignes]
    lus = get_etablissements(acte.db, ids)
    siens = _ses_agrements(acte, ids) if p["agrements"] else {}
    return {"elements": [etablissement_en_clair(*lus[i]) | siens.get(i, {}) for i in ids], **cadre}


def etablissement_garde(acte: Acte, etablissement_id: str) -> dict[str, Any]:
    """Returns one établissement as its event tells of it, for a service whose copy does not have it yet."""
    return etablissement_publie(*etablissement_connu(acte, etablissement_id))


def contact(acte: Acte, etablissement_id: str) -> dict[str, Any]:
    """Returns how to reach an établissement, for the letters that it sends: no event tells of it."""
    etablissement, _ = etablissement_connu(acte, etablissement_id)
    clair = asdict(etablissement.adresse)
    return {"telephone": etablissement.telephone, "courriel": etablissement.courriel, "adresse": clair}


def etablissements_publies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns établissements as their events tell of them, for a copy to be rebuilt."""
    ids = acte.db.scalars(tranche(sa.select(etablissements.c.id), etablissements.c.id, apres, limite)).all()
    lus = get_etablissements(acte.db, ids)
    return en_tranche([etablissement_publie(*lus[i]) for i in ids], ids, limite)


def libelles(acte: Acte, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns these établissements by id, for a page that names them: in bulk, for another service."""
    lus = get_etablissements(acte.db, [identifiant(i) for i in ids])
    return {cle: etablissement_publie(*trouve) for cle, trouve in lus.items()}
