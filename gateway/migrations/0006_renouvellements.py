"""Lost passwords: who asked for a link, for as long as it lasts."""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0006"
down_revision = "gateway_0005"

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "renouvellements",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("courriel", sa.Text, nullable=False),
        sa.Column("empreinte", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("expire_le", _instant, nullable=False),
        sa.Index("renouvellements_par_courriel", "courriel"),
        sa.Index("renouvellements_expires", "expire_le"),
    )
