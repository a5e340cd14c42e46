"""What each candidate had from elsewhere as a sheet was closed; empty for what the version before closes, or has."""

from alembic import op

revision = "sessions_0007"
down_revision = "sessions_0006"


def upgrade() -> None:
    op.execute("ALTER TABLE clotures ADD COLUMN IF NOT EXISTS acquis jsonb")
