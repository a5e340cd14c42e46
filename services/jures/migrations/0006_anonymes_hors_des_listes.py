"""The lists hold nobody who was anonymised, by an index alone as before (ADR 15, ADR 20)."""

import sqlalchemy as sa
from alembic import op

revision = "jures_0006"
down_revision = "jures_0005"

_INDEX = {
    "": ["id"],
    "_liste": ["tri", "id"],
    "_region": ["region", "tri", "id"],
    "_departement": ["departement", "tri", "id"],
}


def upgrade() -> None:
    nommes, anonymes = sa.text("absorbe_par IS NULL AND recherche <> ''"), sa.text("recherche = ''")
    for nom, colonnes in _INDEX.items():
        op.create_index(f"jures_nommes{nom}", "jures", colonnes, postgresql_where=nommes, if_not_exists=True)
        op.drop_index(f"jures_presents{nom}", "jures", if_exists=True)
    op.create_index("jures_anonymes", "jures", ["id"], postgresql_where=anonymes, if_not_exists=True)
