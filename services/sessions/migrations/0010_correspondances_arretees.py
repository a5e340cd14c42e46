"""The correspondences through which each sheet was judged; empty for what the version before closes, or has closed."""

from alembic import op

revision = "sessions_0010"
down_revision = "sessions_0009"


def upgrade() -> None:
    op.execute("ALTER TABLE clotures ADD COLUMN IF NOT EXISTS correspondances jsonb")
