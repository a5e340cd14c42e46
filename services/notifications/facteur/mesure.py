"""How long the mails that are due have been waiting, whoever carries them."""

from contextlib import suppress

import sqlalchemy as sa
from prometheus_client import Gauge

from commun.fils import repeter
from commun.storage.db import moteur
from services.notifications.storage.tables import A_ENVOYER, NON_ARRETE

_CHAQUE = 10.0
AGE = Gauge("ceres_courriels_age_secondes", "Age of the mail that has been due for longest and has not left")
_REQUETE = sa.text(  # those in hand too: a server that is silent keeps them there most of the time
    "SELECT extract(epoch FROM now() - min(prochain_le)) FROM ("
    f"SELECT prochain_le, version_numero FROM envois WHERE {A_ENVOYER} "  # nosec B608
    "UNION ALL SELECT prochain_le, version_numero FROM envois WHERE porteur IS NOT NULL AND etat <> 'en_cours') dus "
    f"WHERE prochain_le <= now() AND {NON_ARRETE}"
)


def ouvrir() -> None:
    """Measures from now on, in a greenlet."""
    repeter(_CHAQUE, mesurer)


def mesurer() -> None:
    """Looks once; a base out of reach changes nothing of what was last seen."""
    with suppress(sa.exc.SQLAlchemyError), moteur("notifications").connect() as db:
        AGE.set(db.scalar(_REQUETE) or 0)
