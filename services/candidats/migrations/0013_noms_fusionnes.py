"""Who was merged into another before this revision is searched by the names and numbers of both, as who is since.

An older process that saves such a candidate meanwhile writes his own name alone: he is searched by all again once he is
saved by one of this version.
"""

from alembic import op

from commun.storage.migrations import par_lots

revision = "candidats_0013"
down_revision = "candidats_0012"

_SUIVRE = """
    WITH lot AS (
        SELECT canonique_id AS qui, string_agg(recherche, ' ' ORDER BY numero) AS noms FROM candidats
        WHERE canonique_id > :apres AND recherche <> '' GROUP BY 1 ORDER BY 1 LIMIT 500
    ), suivis AS (
        UPDATE candidats SET recherche = recherche || ' ' || noms
        FROM lot WHERE id = qui AND strpos(recherche, noms) = 0
    )
    SELECT max(qui::text) FROM lot
"""


def upgrade() -> None:
    par_lots(op, _SUIVRE)
