"""Sessions, their jury and candidates, convocations, results, attestations, alerts, parameters."""

from alembic import op

from commun.storage.migrations import creer_noyau
from services.sessions.storage.tables import metadata

revision = "sessions_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    metadata.create_all(op.get_bind())
