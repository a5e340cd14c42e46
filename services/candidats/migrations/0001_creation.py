"""Candidats, demandes VAE, imports, and the copies of titres, sessions and results."""

from alembic import op

from commun.storage.migrations import creer_noyau
from services.candidats.storage.tables import metadata

revision = "candidats_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    metadata.create_all(op.get_bind())
