"""Accounts, profils, tokens."""

from alembic import op

from commun.migrations import creer_noyau
from gateway import storage

revision = "gateway_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    storage.metadata.create_all(op.get_bind())
