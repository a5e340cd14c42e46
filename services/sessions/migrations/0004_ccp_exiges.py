"""The CCPs that a titre asked for as each sheet was closed; empty for what the version before closes, or has closed."""

from alembic import op

revision = "sessions_0004"
down_revision = "sessions_0003"


def upgrade() -> None:
    op.execute("ALTER TABLE clotures ADD COLUMN IF NOT EXISTS ccp_exiges text[]")
