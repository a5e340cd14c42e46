"""Who was stored with a letter that is folded since (« Łukasz », « Đặng ») is searched, attached and compared as who is
stored from now on (`commun.domain.textes`); who has a name in several words is near who wrote it in one (CAN-04), too.
"""

from alembic import op

from commun.storage.migrations import LETTRES_PLIEES, par_lots, replier

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
    WITH lot AS (
        SELECT id AS qui FROM candidats
        WHERE id > :apres AND recherche <> ''
            AND (recherche || cle_exacte ~ '{LETTRES_PLIEES}' OR cles_proches::text LIKE '% %')
        ORDER BY id LIMIT 500
    ), repliees AS (
        UPDATE candidats SET recherche = {replier("recherche")}, tri = {replier("tri")},
            cle_exacte = {replier("cle_exacte")}, cles_proches = {_CLES}
        FROM lot WHERE id = qui
    )
    SELECT max(qui::text) FROM lot
"""


def upgrade() -> None:
    par_lots(op, _REPLIER)
