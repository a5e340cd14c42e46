"""Where each session takes place, or took place: its site may have moved since.

A number holds the département of the site where its session was created, and few move afterwards. Others, that older
code will write meanwhile, are empty until their next event, and read where their site is, as before.
"""

from alembic import op

revision = "referentiel_0006"
down_revision = "referentiel_0005"


def upgrade() -> None:
    # The first revision makes the table as the code now has it: a new database already has the column.
    op.execute("ALTER TABLE sessions ADD COLUMN IF NOT EXISTS departement text")
    op.execute("UPDATE sessions SET departement = split_part(numero, '-', 2) WHERE departement IS NULL")
