"""An établissement or a contrôle that has a letter that is folded since (« Łukasz ») is found as from now on."""

from alembic import op

from commun.storage.migrations import LETTRES_PLIEES, replier

revision = "referentiel_0005"
down_revision = "referentiel_0004"


def upgrade() -> None:
    for table in ("etablissements", "controles"):
        op.execute(f"UPDATE {table} SET recherche = {replier('recherche')} WHERE recherche ~ '{LETTRES_PLIEES}'")
