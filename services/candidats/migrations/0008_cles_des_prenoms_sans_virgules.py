"""Who was stored with given names typed without commas gets the key of the first of them (CAN-04), and is found near
who has it, as who is stored from now on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from commun.domain.textes import normaliser

revision = "candidats_0008"
down_revision = "candidats_0007"

_SANS_VIRGULES = sa.text("""
    SELECT id, nom_naissance, nom_usage, split_part(prenoms, ',', 1) AS premiers, date_naissance, cles_proches
    FROM candidats WHERE split_part(prenoms, ',', 1) LIKE '_% _%' AND cles_proches <> '{}'
""")
_COMPLETER = sa.text("""
    UPDATE candidats SET cles_proches = array(SELECT DISTINCT unnest(cles_proches || cles) COLLATE "C" ORDER BY 1)
    FROM (SELECT id AS qui, array_agg(cle) AS cles FROM unnest(:ids, :cles) AS m (id, cle) GROUP BY id) AS manquent
    WHERE id = qui
""").bindparams(sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False))), sa.bindparam("cles", type_=ARRAY(sa.Text)))


def upgrade() -> None:
    db = op.get_bind()
    manquent = [
        (str(c.id), cle)
        for c in db.execute(_SANS_VIRGULES)
        for nom in filter(None, (c.nom_naissance, c.nom_usage))
        for cle in (f"{normaliser(nom)}|{normaliser(c.premiers.split()[0])}|{c.date_naissance.isoformat()}",)
        if cle not in c.cles_proches
    ]
    if manquent:
        ids, cles = zip(*manquent, strict=True)
        db.execute(_COMPLETER, {"ids": list(ids), "cles": list(cles)})
