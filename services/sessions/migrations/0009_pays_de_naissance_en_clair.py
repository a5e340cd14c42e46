"""Who is registered already was born « à Casablanca (Maroc) », as who is registered from now on, and no more « (MA) ».

Letters and attestations stay as they were edited.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from commun.domain.pays import NOMS

revision = "sessions_0009"
down_revision = "sessions_0008"

_EN_CLAIR = r"""
WITH nes AS (
    SELECT session_id, candidat_id, personne ->> 'lieu_naissance' AS lieu FROM inscriptions_candidats
)
UPDATE inscriptions_candidats AS i
SET personne = jsonb_set(personne, '{lieu_naissance}', to_jsonb(left(lieu, -3) || nom || ')'))
FROM nes JOIN unnest(:codes, :noms) AS pays (code, nom) ON code = substring(lieu FROM '\(([A-Z]{2})\)$')
WHERE i.session_id = nes.session_id AND i.candidat_id = nes.candidat_id
"""


def upgrade() -> None:
    textes = {nom: sa.bindparam(nom, type_=ARRAY(sa.Text)) for nom in ("codes", "noms")}
    ordre = sa.text(_EN_CLAIR).bindparams(*textes.values())
    op.get_bind().execute(ordre, {"codes": list(NOMS), "noms": list(NOMS.values())})
