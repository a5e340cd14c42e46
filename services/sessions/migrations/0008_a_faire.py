"""What waits for an act is found without reading the rest (ADR 42); why the administration refused a DTE is kept."""

from alembic import op

revision = "sessions_0008"
down_revision = "sessions_0007"


def upgrade() -> None:
    op.execute("ALTER TABLE demandes_dte ADD COLUMN IF NOT EXISTS motif text")
    a_viser = "etat = 'cloturee' AND pv_vise_le IS NULL"
    op.execute(f"CREATE INDEX IF NOT EXISTS sessions_a_viser ON sessions (date_debut) WHERE {a_viser}")
    op.execute("CREATE INDEX IF NOT EXISTS demandes_dte_par_etat ON demandes_dte (etat, session_id)")
