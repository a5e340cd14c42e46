"""Who was stored with a name of several words, or who absorbed somebody with one, is found by it in one word, as who is
stored from now on (`commun.domain.textes.a_rechercher`): « legoff » finds « LE GOFF ».
"""

from alembic import op

from commun.storage.migrations import noms_en_un_mot, par_lots

revision = "candidats_0016"
down_revision = "candidats_0015"

_PORTES = """
    SELECT qui, qui AS porte FROM lot UNION ALL
    SELECT canonique_id, id FROM candidats JOIN lot ON qui = canonique_id WHERE recherche <> ''
"""
_NOMS = "string_to_array(prenoms, ',') || nom_naissance || nom_usage"


def upgrade() -> None:
    par_lots(op, noms_en_un_mot("candidats", _NOMS, _PORTES))
