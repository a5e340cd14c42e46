"""The commune of each centre, by which those of one name are told apart (ADR 38)."""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0008"
down_revision = "gateway_0007"


def upgrade() -> None:
    op.add_column("etablissements", sa.Column("commune", sa.Text), if_not_exists=True)
    op.execute("UPDATE etablissements SET version = 0")  # `reconstruire` says each anew, which it would take as known
