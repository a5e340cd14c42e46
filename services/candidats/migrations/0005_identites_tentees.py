"""Which identity an account tried to attach, as a digest: the same one tried again within the hour counts once.

The version before, which serves this base for a while, leaves it empty: each of its tries counts.
"""

from alembic import op

revision = "candidats_0005"
down_revision = "candidats_0004"


def upgrade() -> None:
    op.execute("ALTER TABLE tentatives ADD COLUMN IF NOT EXISTS identite text")  # a new database has it already
