"""What a contrôle says, as people search it. One that the version before corrects is found by what it said before."""

import sqlalchemy as sa
from alembic import op

from commun.domain.textes import normaliser

revision = "referentiel_0003"
down_revision = "referentiel_0002"

_DITS = sa.text("""
    SELECT id, concat_ws(' ', controleur, observations, (
        SELECT string_agg(texte, ' ' ORDER BY rang) FROM suites_controles WHERE controle_id = controles.id
    )) AS dit FROM controles
""")
_NOTER = sa.text("UPDATE controles SET recherche = :recherche WHERE id = :id")


def upgrade() -> None:
    op.execute("ALTER TABLE controles ADD COLUMN IF NOT EXISTS recherche text NOT NULL DEFAULT ''")
    db = op.get_bind()
    for ligne in db.execute(_DITS).all():
        db.execute(_NOTER, {"id": ligne.id, "recherche": normaliser(ligne.dit)})
