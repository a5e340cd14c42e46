"""The person whom a member of a jury is, so that two identities merged since count once."""

from alembic import op

revision = "sessions_0003"
down_revision = "sessions_0002"


def upgrade() -> None:
    op.execute("ALTER TABLE inscriptions_jures ADD COLUMN IF NOT EXISTS canonique_id uuid")
    index = "ix_inscriptions_jures_canonique_id"
    op.create_index(index, "inscriptions_jures", ["canonique_id"], if_not_exists=True)
