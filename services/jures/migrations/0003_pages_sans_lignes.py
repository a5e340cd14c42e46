"""Jurés by name and habilitations by end, page after page by an index alone (ADR 20): it holds none that is gone."""

import sqlalchemy as sa
from alembic import op

revision = "jures_0003"
down_revision = "jures_0002"

_INDEX = {"liste": ["tri", "id"], "region": ["region", "tri", "id"], "departement": ["departement", "tri", "id"]}


def upgrade() -> None:
    presents = sa.text("absorbe_par IS NULL")
    for nom, colonnes in _INDEX.items():
        op.create_index(f"jures_presents_{nom}", "jures", colonnes, postgresql_where=presents, if_not_exists=True)
        op.drop_index(f"jures_{nom}", "jures", if_exists=True)
    op.create_index(
        "habilitations_fin",
        "habilitations",
        ["date_fin", "id"],
        postgresql_include=["jure_id"],
        postgresql_where=sa.text("etat <> 'supprimee'"),
        if_not_exists=True,
    )
    op.drop_index("habilitations_date_fin", "habilitations", if_exists=True)
