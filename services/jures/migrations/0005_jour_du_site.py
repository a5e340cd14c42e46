"""Where each session is held, whose day says whether it is over.

A number holds the département of the site: the sessions that the copy already has overseas, where that day is not that
of Paris, need not wait for their next event. The others are empty until then, as those that older code will write.
"""

from alembic import op

revision = "jures_0005"
down_revision = "jures_0004"


def upgrade() -> None:
    op.execute("ALTER TABLE sessions ADD COLUMN IF NOT EXISTS departement text")
    op.execute("UPDATE sessions SET departement = split_part(numero, '-', 2) WHERE numero LIKE '%-97_-%'")
