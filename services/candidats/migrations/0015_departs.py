"""Whom `sessions` was asked to let go is known until he has lost his name or kept it; the version before notes none."""

from alembic import op

from services.candidats.storage.tables import departs, metadata

revision = "candidats_0015"
down_revision = "candidats_0014"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=[departs])  # a new database has it since its first revision
