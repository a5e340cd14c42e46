"""Who was stored with a name of several words is found by it in one word, as who is stored from now on
(`commun.domain.textes.a_rechercher`): « legoff » finds « LE GOFF ».
"""

from alembic import op

from commun.storage.migrations import en_un_mot, par_lots

revision = "jures_0010"
down_revision = "jures_0009"

_RECOLLER = f"""
    WITH lot AS (
        SELECT id AS qui FROM jures WHERE id > :apres AND recherche <> '' ORDER BY id LIMIT 500 FOR NO KEY UPDATE
    ), noms AS (
        SELECT DISTINCT qui, {en_un_mot("dit")} AS mot
        FROM lot JOIN jures ON id = qui, unnest(ARRAY[nom, nom_usage, prenom]) AS dit
    ), manquent AS (
        SELECT qui AS lui, string_agg(mot, ' ' ORDER BY mot) AS mots FROM noms JOIN jures ON id = qui
        WHERE strpos(recherche, mot) = 0 GROUP BY 1
    ), trouves AS (
        UPDATE jures SET recherche = recherche || ' ' || mots FROM manquent WHERE id = lui
    )
    SELECT max(qui::text) FROM lot
"""


def upgrade() -> None:
    par_lots(op, _RECOLLER)
