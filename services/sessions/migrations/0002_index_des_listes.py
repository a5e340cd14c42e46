"""The sessions of a state, found without reading the others."""

from alembic import op

revision = "sessions_0002"
down_revision = "sessions_0001"


def upgrade() -> None:
    op.create_index("sessions_par_etat", "sessions", ["etat", "date_debut"], if_not_exists=True)
