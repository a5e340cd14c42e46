"""A text of a release always has its list, empty or not: that of 1.7.1, which shipped, had none where it was empty."""

import sqlalchemy as sa
from alembic import op

from services.notifications.storage.tables import versions

revision = "notifications_0004"
down_revision = "notifications_0003"


def upgrade() -> None:
    db = op.get_bind()
    for numero, contenu in db.execute(sa.select(versions.c.numero, versions.c.contenu)).all():
        for module in contenu["modules"]:
            for item in module["items"]:
                item["profils"] = [{"profils": [], "lignes": [], **texte} for texte in item["profils"]]
        db.execute(versions.update().where(versions.c.numero == numero).values(contenu=contenu))
