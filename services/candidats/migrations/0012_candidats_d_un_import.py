"""Whom an imported file created, attached or found known: one looks at them once it is imported."""

from alembic import op

revision = "candidats_0012"
down_revision = "candidats_0011"


def upgrade() -> None:
    op.execute("ALTER TABLE imports ADD COLUMN IF NOT EXISTS candidats uuid[] NOT NULL DEFAULT '{}'")
