"""The addresses that accounts change for, and those that they had."""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0007"
down_revision = "gateway_0006"

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "changements_courriel",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("compte_id", sa.Uuid, sa.ForeignKey("comptes.id"), nullable=False, index=True),
        sa.Column("ancien", sa.Text, nullable=False),
        sa.Column("nouveau", sa.Text, nullable=False),
        sa.Column("identifiant_avant", sa.Text),
        sa.Column("empreinte", sa.LargeBinary, unique=True),
        sa.Column("expire_le", _instant),
        sa.Column("fait_le", _instant),
    )
