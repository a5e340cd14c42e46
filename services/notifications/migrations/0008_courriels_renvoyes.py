"""The mails that came back, found without reading those of ten years."""

from alembic import op

from commun.storage.migrations import index_parmi_les_gens
from services.notifications.storage.tables import RENVOYE

revision = "notifications_0008"
down_revision = "notifications_0007"


def upgrade() -> None:
    index_parmi_les_gens(op, "envois_renvoyes", "envois", "envoye_le", ou=RENVOYE)
