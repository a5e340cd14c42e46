"""A session of a CCS is found by the name of this CCS, which is the one that lists show."""

import sqlalchemy as sa
from alembic import op

from commun.domain.textes import normaliser

revision = "sessions_0014"
down_revision = "sessions_0013"

_NOMMER = sa.text(
    "UPDATE sessions SET recherche = recherche || ' ' || :nom WHERE ccs_code = :code AND strpos(recherche, :nom) = 0"
)


def upgrade() -> None:
    db = op.get_bind()
    for code, intitule in db.execute(
        sa.text("SELECT DISTINCT c ->> 'code', c ->> 'intitule' FROM titres, jsonb_array_elements(corps -> 'ccs') AS c")
    ).all():
        db.execute(_NOMMER, {"code": code, "nom": normaliser(intitule)})
