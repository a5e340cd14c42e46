"""What is to be said of a kind, found without looking at the others, nor at what was over before it was followed."""

import sqlalchemy as sa
from alembic import op

from commun.storage.migrations import index_parmi_les_gens
from services.notifications.storage.tables import JUSQU_AU

revision = "notifications_0005"
down_revision = "notifications_0004"


def upgrade() -> None:
    colonnes = ("genre", "avertir_le", sa.text(JUSQU_AU))
    index_parmi_les_gens(op, "echeances_a_dire", "echeances", *colonnes, ou="averti IS DISTINCT FROM avertir_le")
    op.drop_index("echeances_a_venir", "echeances", if_exists=True)
