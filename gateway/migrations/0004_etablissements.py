"""What the référentiel says of the centres that profils and invitations name."""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0004"
down_revision = "gateway_0003"


def upgrade() -> None:
    op.create_table(
        "etablissements",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("denomination", sa.Text, nullable=False),
        sa.Column("departement", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
