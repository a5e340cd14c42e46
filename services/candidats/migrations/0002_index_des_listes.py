"""The list in the order of first names, without sorting the nation."""

import sqlalchemy as sa
from alembic import op

revision = "candidats_0002"
down_revision = "candidats_0001"


def upgrade() -> None:
    vivants = sa.text("canonique_id IS NULL")
    op.create_index("candidats_prenoms", "candidats", ["prenoms", "id"], postgresql_where=vivants, if_not_exists=True)
