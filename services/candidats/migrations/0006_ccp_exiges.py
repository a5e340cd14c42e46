"""The CCPs that a titre asked for as each sheet was closed; where the version before wrote, they are not known."""

from alembic import op

revision = "candidats_0006"
down_revision = "candidats_0005"


def upgrade() -> None:
    op.execute("ALTER TABLE resultats_sessions ADD COLUMN IF NOT EXISTS ccp_exiges text[]")
