"""The correspondences through which each sheet was judged; where the version before wrote, they are not known."""

from alembic import op

revision = "candidats_0009"
down_revision = "candidats_0008"


def upgrade() -> None:
    op.execute("ALTER TABLE resultats_sessions ADD COLUMN IF NOT EXISTS correspondances jsonb")
