"""Établissements, their sites, their agréments, and the copy of the sessions that rely on these."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from commun.domain.referentiel import Agrement
from commun.domain.textes import normaliser
from commun.storage.db import contrainte
from commun.storage.ensemble import Ligne, groupees
from commun.storage.requetes import ecrire, enregistrer, objet, remplacement
from services.referentiel.domain.model import Adresse, Etablissement, Site, Territoire
from services.referentiel.storage.tables import UN_SIRET, agrements, etablissements, sessions, sites

_FINIES = ("annulee", "cloturee")
"""The stored states of a session which is over, whatever its dates."""


class SiretPris(Exception):
    """The database refused an établissement whose SIRET another has."""


@dataclass(frozen=True)
class AgrementStocke:
    """An agrément with what only its page needs: its number, its version, and its site, whose State services act."""

    agrement: Agrement
    numero: str
    version: int
    site: Site


def get_etablissements(
    db: sa.Connection, ids: Iterable[str], *, verrou: bool = False
) -> dict[str, tuple[Etablissement, int]]:
    """Returns établissements with their sites and versions, by id."""
    voulus = list(ids)
    requete = sa.select(etablissements).where(etablissements.c.id.in_(voulus))
    lignes = db.execute(requete.with_for_update() if verrou else requete).mappings().all()
    leurs_sites = sa.select(sites).where(sites.c.etablissement_id.in_(voulus)).order_by(sites.c.rang)
    par_etablissement = groupees(db.execute(leurs_sites).mappings(), "etablissement_id")
    return {
        ligne["id"]: (
            objet(
                Etablissement,
                ligne,
                adresse=Adresse(**ligne["adresse"]),
                territoire=Territoire(ligne["departement"], ligne["region"]),
                sites=tuple(map(_site, par_etablissement[ligne["id"]])),
            ),
            ligne["version"],
        )
        for ligne in lignes
    }


def _site(ligne: Any) -> Site:
    lieu = Territoire(ligne["departement"], ligne["region"])
    return Site(ligne["id"], ligne["libelle"], Adresse(**ligne["adresse"]), lieu)


def save_etablissement(db: sa.Connection, etablissement: Etablissement) -> int:
    """Writes an établissement and its sites; returns its new version.

    Raises:
        SiretPris: another has its SIRET.
    """
    valeurs = {
        "id": etablissement.id,
        "siret": etablissement.siret,
        "denomination": etablissement.denomination,
        "adresse": asdict(etablissement.adresse),
        "telephone": etablissement.telephone,
        "courriel": etablissement.courriel,
        "recherche": normaliser(f"{etablissement.denomination} {etablissement.siret} {etablissement.adresse.commune}"),
        **asdict(etablissement.territoire),
    }
    try:
        version = enregistrer(db, etablissements, valeurs)
    except IntegrityError as erreur:
        if contrainte(erreur) == UN_SIRET:
            raise SiretPris from erreur
        raise
    lignes = [
        {
            "id": site.id,
            "etablissement_id": etablissement.id,
            "rang": rang,
            "libelle": site.libelle,
            "adresse": asdict(site.adresse),
            **asdict(site.territoire),
        }
        for rang, site in enumerate(etablissement.sites)
    ]
    if lignes:
        ecrire(db, remplacement(sites, tuple(lignes[0])), lignes)
    return version


def sirets_connus(db: sa.Connection, sirets: Iterable[str]) -> set[str]:
    """Returns which of these SIRETs an établissement has."""
    return set(db.scalars(sa.select(etablissements.c.siret).where(etablissements.c.siret.in_(list(sirets)))))


def denominations(db: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Returns the name of these établissements, by id."""
    requete = sa.select(etablissements.c.id, etablissements.c.denomination).where(etablissements.c.id.in_(set(ids)))
    return {ligne.id: ligne.denomination for ligne in db.execute(requete)}


AGREMENTS = (
    sa.select(
        agrements,
        sites.c.libelle,
        sites.c.adresse,
        sites.c.departement,
        sites.c.region,
    )
    .join(sites, sites.c.id == agrements.c.site_id)
    .outerjoin(etablissements, etablissements.c.id == agrements.c.etablissement_id)
)
"""Agréments with their site: what `agrements_lus` reads. Each has its établissement; asked for from outside, PostgreSQL
does not look for it where nothing of it is read.
"""


def agrements_lus(db: sa.Connection, requete: sa.Select[Any]) -> list[AgrementStocke]:
    """Returns the agréments of a query built on `AGREMENTS`, in its order."""
    return [
        AgrementStocke(
            agrement=objet(Agrement, ligne),
            numero=ligne["numero"],
            version=ligne["version"],
            site=_site({**ligne, "id": ligne["site_id"]}),
        )
        for ligne in db.execute(requete).mappings()
    ]


def get_agrement(db: sa.Connection, agrement_id: str) -> AgrementStocke | None:
    """Returns an agrément, `None` where there is none."""
    trouves = agrements_lus(db, AGREMENTS.where(agrements.c.id == agrement_id))
    return trouves[0] if trouves else None


def save_agrement(db: sa.Connection, agrement: Agrement, numero: str) -> int:
    """Writes an agrément; returns its new version."""
    valeurs = {**asdict(agrement), "numero": numero, "statut": str(agrement.statut)}
    return enregistrer(db, agrements, valeurs)


def agrements_des_sites(db: sa.Connection, site_ids: Iterable[str]) -> dict[str, list[AgrementStocke]]:
    """Returns every agrément of these sites, by site."""
    groupes: dict[str, list[AgrementStocke]] = defaultdict(list)
    for stocke in agrements_lus(db, AGREMENTS.where(agrements.c.site_id.in_(list(site_ids)))):
        groupes[stocke.site.id].append(stocke)
    return groupes


def sessions_des_sites(db: sa.Connection, site_ids: Iterable[str], jour: date) -> dict[str, list[Ligne]]:
    """Returns the sessions of these sites that are not over on `jour`, by site."""
    requete = (
        sa.select(sessions)
        .where(
            sessions.c.site_id.in_(list(site_ids)),
            sessions.c.date_fin >= jour,
            sessions.c.etat.not_in(_FINIES),
        )
        .order_by(sessions.c.date_debut, sessions.c.numero)
    )
    return groupees(db.execute(requete).mappings(), "site_id")
