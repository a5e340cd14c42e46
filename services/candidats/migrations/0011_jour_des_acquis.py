"""The days on which the jury of a session deliberated, before its last where it was closed before; where the version
before wrote, they are not known, and are the last.
"""

from alembic import op

revision = "candidats_0011"
down_revision = "candidats_0010"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE resultats_sessions ADD COLUMN IF NOT EXISTS acquis_le date, ADD COLUMN IF NOT EXISTS juge_le date"
    )
