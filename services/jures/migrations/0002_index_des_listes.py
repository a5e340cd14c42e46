"""Jurés who are not merged into another, counted and joined without reading their rows."""

import sqlalchemy as sa
from alembic import op

revision = "jures_0002"
down_revision = "jures_0001"


def upgrade() -> None:
    presents = sa.text("absorbe_par IS NULL")
    op.create_index("jures_presents", "jures", ["id"], postgresql_where=presents, if_not_exists=True)
