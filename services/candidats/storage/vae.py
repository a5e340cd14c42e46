"""Demandes VAE."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable
from commun.storage.db import identifiant
from commun.storage.requetes import objet
from services.candidats.domain.lifecycle import VALIDITE, DemandeVae, EtatDemande
from services.candidats.storage.candidats import perimetre
from services.candidats.storage.tables import candidats, demandes_vae


def etat_sql(jour: date) -> sa.ColumnElement[str]:
    """Returns `DemandeVae.etat_le` in SQL."""
    caduque_le = sa.cast(demandes_vae.c.date_notification + sa.text(f"interval '{VALIDITE} year'"), sa.Date)
    echue = (demandes_vae.c.etat == EtatDemande.RECEVABLE.value) & (caduque_le <= jour)
    return sa.case((echue, EtatDemande.CADUQUE.value), else_=demandes_vae.c.etat)


def get_demande(db: sa.Connection, demande_id: Any, acteur: Acteur) -> DemandeVae:
    """Returns a demande of a candidate that this profil sees; it changes under his lock.

    Raises:
        Introuvable: absent, or outside the perimeter.
    """
    requete = (
        sa.select(demandes_vae).join(candidats).where(demandes_vae.c.id == identifiant(demande_id), perimetre(acteur))
    )
    ligne = db.execute(requete).mappings().first()
    if ligne is None:
        raise Introuvable()
    return demande_de(ligne)


def list_demandes(db: sa.Connection, candidats_ids: Iterable[str]) -> list[DemandeVae]:
    """Returns the demandes of these candidates, the newest first."""
    requete = sa.select(demandes_vae).where(demandes_vae.c.candidat_id.in_(list(candidats_ids)))
    ordre = requete.order_by(demandes_vae.c.date_depot.desc(), demandes_vae.c.id.desc())
    return [demande_de(ligne) for ligne in db.execute(ordre).mappings()]


def add_demande(db: sa.Connection, demande: DemandeVae) -> None:
    """Adds a demande."""
    db.execute(demandes_vae.insert().values(asdict(demande)))


def save_demande(db: sa.Connection, demande: DemandeVae) -> None:
    """Writes a demande that exists."""
    db.execute(demandes_vae.update().where(demandes_vae.c.id == demande.id).values(asdict(demande)))


def suivre_fusion(db: sa.Connection, absorbe_id: str, garde_id: str) -> list[str]:
    """Gives the demandes of an absorbed candidate to the one that is kept; returns which."""
    siennes = demandes_vae.update().where(demandes_vae.c.candidat_id == absorbe_id).values(candidat_id=garde_id)
    return list(db.scalars(siennes.returning(demandes_vae.c.id)))


def demande_de(ligne: Any) -> DemandeVae:
    """Returns the demande of a row."""
    return objet(DemandeVae, ligne, ccp_codes=tuple(ligne["ccp_codes"]), etat=EtatDemande(ligne["etat"]))
