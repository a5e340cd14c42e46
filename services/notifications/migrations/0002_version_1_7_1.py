"""Release 1.7.1, as the missions wrote it."""

from datetime import date
from pathlib import Path

import orjson
from alembic import op

from services.notifications.storage.tables import versions

revision = "notifications_0002"
down_revision = "notifications_0001"

_DONNEES = Path(__file__).parent.parent / "donnees" / "version-1.7.1.json"


def upgrade() -> None:
    contenu = orjson.loads(_DONNEES.read_bytes())
    ligne = {"numero": contenu["numero"], "date": date.fromisoformat(contenu["date"]), "contenu": contenu}
    op.get_bind().execute(versions.insert().values(ligne))
