"""Whether the mail that annuls a letter arrived (ADR 65). Of those that left before, nothing is known."""

from alembic import op

revision = "sessions_0012"
down_revision = "sessions_0011"


def upgrade() -> None:
    connus = "CONSTRAINT convocations_annulation_statut CHECK (annulation_statut IN ('en_attente', 'envoyee', 'echec'))"
    for colonne in (
        f"annulation_statut text {connus}",
        "annulation_erreur text",
        "annulation_version integer NOT NULL DEFAULT 0",
    ):
        op.execute(f"ALTER TABLE convocations ADD COLUMN IF NOT EXISTS {colonne}")
