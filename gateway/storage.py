"""The gateway's own data: accounts, their profils, the tokens in use. Tables and their access, no rule."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from commun.clock import maintenant
from commun.db import Identifiant
from commun.referentiel import TypeProfil

metadata = sa.MetaData()
_instant = sa.DateTime(timezone=True)

comptes = sa.Table(
    "comptes",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("identifiant", sa.Text, nullable=False, unique=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("courriel", sa.Text, nullable=False),
    sa.Column("mot_de_passe", sa.Text, nullable=False),
    sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("profil_par_defaut", Identifiant),
    sa.Column("preferences", JSONB, nullable=False, server_default="[]"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

profils = sa.Table(
    "profils",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("etablissement_id", Identifiant),
    sa.Column("departement", sa.Text),
    sa.Column("region", sa.Text),
)

jetons = sa.Table(
    "jetons",
    metadata,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False, index=True),
    sa.Column("profil_id", Identifiant, sa.ForeignKey("profils.id"), nullable=False),
    sa.Column("expire_le", _instant, nullable=False),
)


def get_compte(db: sa.Connection, compte_id: str, *, verrou: bool = False) -> dict[str, Any] | None:
    """Returns an account."""
    requete = sa.select(comptes).where(comptes.c.id == compte_id)
    return _une(db, requete.with_for_update() if verrou else requete)


def get_compte_par_identifiant(db: sa.Connection, identifiant: str) -> dict[str, Any] | None:
    """Returns the account that signs in under this name."""
    return _une(db, sa.select(comptes).where(comptes.c.identifiant == identifiant))


def list_profils(db: sa.Connection, compte_id: str) -> list[dict[str, Any]]:
    """Returns the profils of an account, by their names."""
    requete = sa.select(profils).where(profils.c.compte_id == compte_id).order_by(profils.c.libelle, profils.c.id)
    return [dict(ligne) for ligne in db.execute(requete).mappings()]


def get_porteur(db: sa.Connection, empreinte: bytes) -> dict[str, Any] | None:
    """Returns the active account and profil behind a live token's print."""
    requete = (
        sa.select(profils, comptes.c.identifiant)
        .select_from(
            jetons.join(profils, jetons.c.profil_id == profils.c.id).join(comptes, jetons.c.compte_id == comptes.c.id)
        )
        .where(jetons.c.empreinte == empreinte, jetons.c.expire_le > maintenant(), comptes.c.actif)
    )
    return _une(db, requete)


def list_destinataires(
    db: sa.Connection, ids: Sequence[str], etablissements: Sequence[str], departements: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns the active accounts with these ids, and those with a profil at these places."""
    qui = (comptes.c.id.label("compte_id"), comptes.c.courriel, comptes.c.preferences)
    nul = sa.null()
    nommes = sa.select(*qui, nul.label("etablissement_id"), nul.label("departement"))
    au_centre = (profils.c.type == TypeProfil.CENTRE) & profils.c.etablissement_id.in_(etablissements)
    a_l_unite = (profils.c.type == TypeProfil.UD) & profils.c.departement.in_(departements)
    places = (
        sa.select(*qui, profils.c.etablissement_id, profils.c.departement)
        .join(profils, profils.c.compte_id == comptes.c.id)
        .where(au_centre | a_l_unite)
    )
    requetes = [nommes.where(comptes.c.id.in_(ids))] * bool(ids) + [places] * bool(etablissements or departements)
    return [dict(ligne) for requete in requetes for ligne in db.execute(requete.where(comptes.c.actif)).mappings()]


def _une(db: sa.Connection, requete: sa.Select[Any]) -> dict[str, Any] | None:
    ligne = db.execute(requete).mappings().first()
    return dict(ligne) if ligne else None
