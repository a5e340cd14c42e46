"""The sessions of the candidates are read by their key alone since who sees whom is kept (ADR 20): three indexes, which
each new session wrote, served nobody.
"""

from alembic import op

revision = "candidats_0017"
down_revision = "candidats_0016"


def upgrade() -> None:
    for colonne in ("etablissement_id", "departement", "region"):
        op.drop_index(f"ix_sessions_{colonne}", "sessions", if_exists=True)
