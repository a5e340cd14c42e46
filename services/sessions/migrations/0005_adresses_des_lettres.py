"""Letters in force go to the address that the person has now; the version before kept that of their edition."""

from alembic import op

revision = "sessions_0005"
down_revision = "sessions_0004"

_SUIVRE = """
UPDATE convocations c SET courriel = i.courriel FROM {table} i
WHERE i.session_id = c.session_id AND i.{cle} = c.personne_id AND NOT c.annulee
  AND c.courriel IS DISTINCT FROM i.courriel
"""


def upgrade() -> None:
    for table, cle in (("inscriptions_candidats", "candidat_id"), ("inscriptions_jures", "jure_id")):
        op.execute(_SUIVRE.format(table=table, cle=cle))
