"""Accounts, profils, tokens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from commun.storage.migrations import creer_noyau

revision = "gateway_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    op.create_table(
        "comptes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("identifiant", sa.Text, nullable=False, unique=True),
        sa.Column("nom", sa.Text, nullable=False),
        sa.Column("courriel", sa.Text, nullable=False),
        sa.Column("mot_de_passe", sa.Text, nullable=False),
        sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("profil_par_defaut", sa.Uuid),
        sa.Column("preferences", JSONB, nullable=False, server_default="[]"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    )
    op.create_table(
        "profils",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("compte_id", sa.Uuid, sa.ForeignKey("comptes.id"), nullable=False, index=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("libelle", sa.Text, nullable=False),
        sa.Column("etablissement_id", sa.Uuid),
        sa.Column("departement", sa.Text),
        sa.Column("region", sa.Text),
    )
    op.create_table(
        "jetons",
        sa.Column("empreinte", sa.LargeBinary, primary_key=True),
        sa.Column("compte_id", sa.Uuid, sa.ForeignKey("comptes.id"), nullable=False, index=True),
        sa.Column("profil_id", sa.Uuid, sa.ForeignKey("profils.id"), nullable=False),
        sa.Column("expire_le", sa.DateTime(timezone=True), nullable=False),
    )
