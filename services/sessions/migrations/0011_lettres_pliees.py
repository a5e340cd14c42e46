"""A session whose responsable has a letter that is folded since (« Łukasz ») is found as from now on."""

from alembic import op

from commun.storage.migrations import LETTRES_PLIEES, replier

revision = "sessions_0011"
down_revision = "sessions_0010"


def upgrade() -> None:
    op.execute(f"UPDATE sessions SET recherche = {replier('recherche')} WHERE recherche ~ '{LETTRES_PLIEES}'")
