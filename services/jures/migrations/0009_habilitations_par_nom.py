"""Habilitations in the order of their jurés' names, by an index alone (ADR 88).

Triggers keep the name, not the code: that of the version before, which serves this base for a while, knows nothing of
it.
"""

import sqlalchemy as sa
from alembic import op

from commun.storage.migrations import par_lots

revision = "jures_0009"
down_revision = "jures_0008"

_FONCTIONS = """
CREATE OR REPLACE FUNCTION habilitations_a_son_nom() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.tri := coalesce((SELECT tri FROM jures WHERE id = NEW.jure_id), '');  -- of nobody, its key refuses it
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION habilitations_renommees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE habilitations SET tri = NEW.tri WHERE jure_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER habilitations_a_son_nom BEFORE INSERT OR UPDATE OF jure_id ON habilitations
    FOR EACH ROW EXECUTE FUNCTION habilitations_a_son_nom();
CREATE OR REPLACE TRIGGER habilitations_renommees AFTER UPDATE OF tri ON jures
    FOR EACH ROW WHEN (OLD.tri IS DISTINCT FROM NEW.tri) EXECUTE FUNCTION habilitations_renommees();
"""
_NOMMER = """
    WITH lot AS (SELECT id AS qui, tri AS nom FROM jures WHERE id > :apres ORDER BY id LIMIT 500 FOR NO KEY UPDATE),
    nommees AS (
        UPDATE habilitations SET tri = nom FROM lot WHERE jure_id = qui AND tri <> nom
    )
    SELECT max(qui::text) FROM lot
"""


def upgrade() -> None:
    tri = sa.Column("tri", sa.Text(collation="C"), nullable=False, server_default="")
    op.add_column("habilitations", tri, if_not_exists=True)
    op.execute(_FONCTIONS)
    par_lots(op, _NOMMER)
    op.create_index(
        *("habilitations_nom", "habilitations", ["tri", "id"]),
        if_not_exists=True,
        postgresql_include=["jure_id"],
        postgresql_where=sa.text("etat <> 'supprimee'"),
    )
