"""The lists hold nobody who was anonymised, by an index alone as before (ADR 15, ADR 20)."""

import sqlalchemy as sa
from alembic import op

revision = "candidats_0007"
down_revision = "candidats_0006"

_INDEX = {"tri": "tri", "prenoms": "prenoms", "naissance": "date_naissance"}


def upgrade() -> None:
    nommes, anonymes = sa.text("canonique_id IS NULL AND recherche <> ''"), sa.text("recherche = ''")
    for nom, colonne in _INDEX.items():
        colonnes = [colonne, "id"]
        op.create_index(f"candidats_nommes_{nom}", "candidats", colonnes, postgresql_where=nommes, if_not_exists=True)
        op.drop_index(f"candidats_{nom}", "candidats", if_exists=True)
    op.create_index("candidats_nommes", "candidats", ["canonique_id"], postgresql_where=nommes, if_not_exists=True)
    op.create_index("candidats_anonymes", "candidats", ["id"], postgresql_where=anonymes, if_not_exists=True)
