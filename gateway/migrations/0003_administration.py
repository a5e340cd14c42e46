"""Administrators, invitations, saved filters, accounts known by ProConnect."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from commun.domain.textes import normaliser

revision = "gateway_0003"
down_revision = "gateway_0002"

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    # every profil so far was given by who installed CERES: it administers
    op.add_column("profils", sa.Column("administrateur", sa.Boolean, nullable=False, server_default=sa.true()))
    op.alter_column("profils", "administrateur", server_default=sa.false())
    op.alter_column("comptes", "mot_de_passe", nullable=True)
    op.add_column("comptes", sa.Column("sujet", sa.Text, unique=True))
    op.add_column("comptes", sa.Column("recherche", sa.Text, nullable=False, server_default=""))
    _remplir_recherche()
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("courriel", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("etablissement_id", sa.Uuid),
        sa.Column("departement", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("administrateur", sa.Boolean, nullable=False),
        sa.Column("invite_par", sa.Uuid, sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("empreinte", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("envoi", sa.Integer, nullable=False, server_default="1"),
        sa.Column("envoyee_le", _instant, nullable=False, server_default=sa.func.now()),
        sa.Column("expire_le", _instant, nullable=False),
        sa.Column("acceptee_le", _instant),
        sa.Column("compte_id", sa.Uuid, sa.ForeignKey("comptes.id")),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Index("invitations_par_courriel", "courriel"),
    )
    op.create_table(
        "filtres",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("compte_id", sa.Uuid, sa.ForeignKey("comptes.id"), nullable=False),
        sa.Column("liste", sa.Text, nullable=False),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("parametres", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.UniqueConstraint("compte_id", "liste", "nom", name="un_nom_par_liste"),
    )


def _remplir_recherche() -> None:
    db = op.get_bind()
    comptes = sa.table("comptes", *(sa.column(nom) for nom in ("id", "nom", "identifiant", "courriel", "recherche")))
    for ligne in db.execute(sa.select(comptes)).mappings().all():
        texte = normaliser(f"{ligne['nom']} {ligne['identifiant']} {ligne['courriel']}")
        db.execute(comptes.update().where(comptes.c.id == ligne["id"]).values(recherche=texte))
