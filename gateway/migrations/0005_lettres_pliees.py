"""Whose account has a name with a letter that is folded since (« Łukasz ») is found as he is from now on."""

from alembic import op

from commun.storage.migrations import LETTRES_PLIEES, replier

revision = "gateway_0005"
down_revision = "gateway_0004"


def upgrade() -> None:
    op.execute(f"UPDATE comptes SET recherche = {replier('recherche')} WHERE recherche ~ '{LETTRES_PLIEES}'")
