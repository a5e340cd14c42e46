"""Contrôles and their suites; who is registered in the sessions that rely on an agrément."""

from alembic import op

from services.referentiel.storage.tables import controles, metadata, suites_controles

revision = "referentiel_0002"
down_revision = "referentiel_0001"


def upgrade() -> None:
    # The first revision makes the tables as the code now has them: a new database already has all of this.
    metadata.create_all(op.get_bind(), tables=[controles, suites_controles])
    for colonne in ("jures", "candidats"):
        op.execute(f"ALTER TABLE sessions ADD COLUMN IF NOT EXISTS {colonne} uuid[] NOT NULL DEFAULT '{{}}'")
