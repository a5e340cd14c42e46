"""Where each session takes place, or took place: its site may have moved since.

Empty until the next event of a session, or a rebuild of the copy: it is read where its site is meanwhile, as before.
"""

from alembic import op

revision = "referentiel_0006"
down_revision = "referentiel_0005"


def upgrade() -> None:
    # The first revision makes the table as the code now has it: a new database already has the column.
    op.execute("ALTER TABLE sessions ADD COLUMN IF NOT EXISTS departement text")
