"""Messages are searched in a text that was folded once, as they came: folding those of a mailbox at each search took a
second for a hundred thousand.

A trigger folds it, not the code: that of the version before, which serves this base for a while, knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

from commun.storage.migrations import par_lots, plie

revision = "notifications_0006"
down_revision = "notifications_0005"

_TENIR = f"""
CREATE OR REPLACE FUNCTION messages_a_chercher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recherche := {plie("NEW.phrase")};
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER messages_a_chercher BEFORE INSERT OR UPDATE OF phrase ON messages
    FOR EACH ROW EXECUTE FUNCTION messages_a_chercher();
"""
_PLIER = f"""
    WITH lot AS (
        SELECT id AS qui FROM messages WHERE id > :apres AND recherche = '' ORDER BY id LIMIT 2000 FOR NO KEY UPDATE
    ), plies AS (
        UPDATE messages SET recherche = {plie("phrase")} FROM lot WHERE id = qui
    )
    SELECT max(qui::text) FROM lot
"""


def upgrade() -> None:
    op.add_column("messages", sa.Column("recherche", sa.Text, nullable=False, server_default=""), if_not_exists=True)
    op.execute(_TENIR)
    par_lots(op, _PLIER)
