"""Who was stored with a name of several words, or who absorbed somebody with one, is found by it in one word, as who is
stored from now on (`commun.domain.textes.a_rechercher`): « legoff » finds « LE GOFF ».
"""

from alembic import op

from commun.storage.migrations import en_un_mot, par_lots

revision = "candidats_0016"
down_revision = "candidats_0015"

_RECOLLER = f"""
    WITH lot AS (
        SELECT id AS qui FROM candidats WHERE id > :apres AND recherche <> '' ORDER BY id LIMIT 500 FOR NO KEY UPDATE
    ), portes AS (
        SELECT qui, qui AS porte FROM lot UNION ALL
        SELECT canonique_id, id FROM candidats JOIN lot ON qui = canonique_id WHERE recherche <> ''
    ), noms AS (
        SELECT DISTINCT qui, {en_un_mot("nom")} AS mot
        FROM portes JOIN candidats ON id = porte,
            unnest(string_to_array(prenoms, ',') || nom_naissance || nom_usage) AS nom
    ), manquent AS (
        SELECT qui AS lui, string_agg(mot, ' ' ORDER BY mot) AS mots FROM noms JOIN candidats ON id = qui
        WHERE strpos(recherche, mot) = 0 GROUP BY 1
    ), trouves AS (
        UPDATE candidats SET recherche = recherche || ' ' || mots FROM manquent WHERE id = lui
    )
    SELECT max(qui::text) FROM lot
"""


def upgrade() -> None:
    par_lots(op, _RECOLLER)
