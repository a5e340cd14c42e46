"""Whom a centre sees, by an index alone: the jurés of the habilitations in force on its titres (ADR 37)."""

from alembic import op

revision = "jures_0004"
down_revision = "jures_0003"


def upgrade() -> None:
    op.create_index(
        "habilitations_titre_fin",
        "habilitations",
        ["titre_code", "etat", "date_fin"],
        postgresql_include=["jure_id", "date_fin_fixee_en_prolongation"],
        if_not_exists=True,
    )
    op.drop_index("habilitations_titre", "habilitations", if_exists=True)
