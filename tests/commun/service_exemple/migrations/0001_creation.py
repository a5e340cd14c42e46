"""The example's tables."""

from alembic import op

from commun.storage.migrations import creer_noyau
from tests.commun.service_exemple.storage import metadata

revision = "exemple_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    metadata.create_all(op.get_bind())
