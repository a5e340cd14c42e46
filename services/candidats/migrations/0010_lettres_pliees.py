"""Who was stored with a letter that is folded since (« Łukasz », « Đặng ») is searched, attached and compared as who is
stored from now on (`commun.textes`); who has a name in several words is near who wrote it in one (CAN-04), too.
"""

from alembic import op

from commun.migrations import LETTRES_PLIEES, replier

revision = "candidats_0010"
down_revision = "candidats_0009"

_CLES = f"""
    array(
        SELECT DISTINCT cle COLLATE "C" FROM unnest(cles_proches) AS d_avant (avant),
            LATERAL (VALUES ({replier("avant")}), (replace({replier("avant")}, ' ', ''))) AS pliees (cle)
        ORDER BY 1
    )
"""
_REPLIER = f"""
    UPDATE candidats SET recherche = {replier("recherche")}, tri = {replier("tri")},
        cle_exacte = {replier("cle_exacte")}, cles_proches = {_CLES}
    WHERE recherche <> '' AND (recherche || cle_exacte ~ '{LETTRES_PLIEES}' OR cles_proches::text LIKE '% %')
"""


def upgrade() -> None:
    op.execute(_REPLIER)
