"""The name by which a merged file was put in order goes, where its juré was anonymised (ADR 15)."""

from alembic import op

revision = "jures_0008"
down_revision = "jures_0007"


def upgrade() -> None:
    op.execute(
        "UPDATE jures SET tri = 'anonymisee personne anonymisee' WHERE absorbe_par IS NOT NULL AND recherche = ''"
    )
