"""Who was stored with a name of several words is found by it in one word, as who is stored from now on
(`commun.domain.textes.a_rechercher`): « legoff » finds « LE GOFF ».
"""

from alembic import op

from commun.storage.migrations import noms_en_un_mot, par_lots

revision = "jures_0010"
down_revision = "jures_0009"


def upgrade() -> None:
    par_lots(op, noms_en_un_mot("jures", "ARRAY[nom, nom_usage, prenom]"))
