"""The copy of sessions no longer holds who is registered there: that is asked (ADR 34)."""

from alembic import op

revision = "referentiel_0004"
down_revision = "referentiel_0003"
oldest_code = "referentiel_0003"  # from 0003 on, nobody reads or writes them


def upgrade() -> None:
    op.execute("ALTER TABLE sessions DROP COLUMN IF EXISTS jures, DROP COLUMN IF EXISTS candidats")
