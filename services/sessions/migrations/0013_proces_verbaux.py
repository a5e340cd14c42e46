"""What a PV says is kept as it is closed; of what the version before closes, or has closed, nothing is."""

from alembic import op

from services.sessions.storage.tables import metadata, proces_verbaux

revision = "sessions_0013"
down_revision = "sessions_0012"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=[proces_verbaux])  # a new database has it since its first revision
