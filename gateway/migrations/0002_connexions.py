"""Browsers' sessions beside programs' tokens; paces of sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0002"
down_revision = "gateway_0001"

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("jetons", sa.Column("genre", sa.Text, nullable=False, server_default="api"))
    for colonne in ("ouvert_le", "vu_le"):
        op.add_column("jetons", sa.Column(colonne, _instant, nullable=False, server_default=sa.func.now()))
    op.create_index("jetons_expires", "jetons", ["expire_le"])
    op.create_table(
        "freins",
        sa.Column("cle", sa.LargeBinary, primary_key=True),
        sa.Column("libre_le", _instant, nullable=False),
        sa.Index("freins_libres", "libre_le"),
    )
    op.create_table(
        "provenances",
        sa.Column("compte_id", sa.Uuid, sa.ForeignKey("comptes.id"), primary_key=True),
        sa.Column("source", sa.LargeBinary, primary_key=True),
        sa.Column("vue_le", _instant, nullable=False, server_default=sa.func.now()),
        sa.Index("provenances_anciennes", "vue_le"),
    )
