"""Who was stored with a letter that is folded since (« Łukasz », « Guðrún ») is searched and compared as who is stored
from now on (`commun.domain.textes`, JUR-06).
"""

from alembic import op

from commun.storage.migrations import LETTRES_PLIEES, replier

revision = "jures_0007"
down_revision = "jures_0006"

_REPLIER = f"""
    UPDATE jures SET recherche = {replier("recherche")}, tri = {replier("tri")},
        rapprochement = array(SELECT {replier("cle")} FROM unnest(rapprochement) AS d_avant (cle))
    WHERE recherche ~ '{LETTRES_PLIEES}'
"""


def upgrade() -> None:
    op.execute(_REPLIER)
