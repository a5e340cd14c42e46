"""Titres, CCSs, établissements, agréments, territories."""

from alembic import op

from commun.storage.migrations import creer_noyau
from services.referentiel.storage.tables import metadata

revision = "referentiel_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    metadata.create_all(op.get_bind())
