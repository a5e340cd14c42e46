"""Jurés, their jobs, their habilitations, and the copies that their rules read."""

from alembic import op

from commun.storage.migrations import creer_noyau
from services.jures.storage.tables import metadata

revision = "jures_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    metadata.create_all(op.get_bind())
