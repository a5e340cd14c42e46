"""Mails, messages, subscribers, releases, due dates."""

import sqlalchemy as sa
from alembic import op

from commun.storage.migrations import creer_noyau
from services.notifications.storage.tables import metadata

revision = "notifications_0001"
down_revision = None


def upgrade() -> None:
    creer_noyau(op)
    op.execute(sa.schema.CreateSequence(sa.Sequence("porteurs")))
    metadata.create_all(op.get_bind())
