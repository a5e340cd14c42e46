"""How long the mails that are due have been waiting, and how many came back, whoever carries them or is told so."""

from contextlib import suppress

import sqlalchemy as sa
from prometheus_client import Gauge

from commun.fils import repeter
from commun.storage.db import moteur
from services.notifications.storage.tables import A_ENVOYER, NON_ARRETE, RENVOYE

_CHAQUE = 10.0
AGE = Gauge("ceres_courriels_age_secondes", "Age of the mail that has been due for longest and has not left")
RENVOYES = Gauge("ceres_courriels_renvoyes", "Mails handed over in the last six hours that came back")
DESTINATAIRES = Gauge(
    "ceres_courriels_renvoyes_destinataires", "Recipients of the mails handed over in the last six hours that came back"
)
_AGE = sa.text(  # those in hand too: a server that is silent keeps them there most of the time
    "SELECT extract(epoch FROM now() - min(prochain_le)) FROM ("
    f"SELECT prochain_le, version_numero FROM envois WHERE {A_ENVOYER} "  # nosec B608
    "UNION ALL SELECT prochain_le, version_numero FROM envois WHERE porteur IS NOT NULL AND etat <> 'en_cours') dus "
    f"WHERE prochain_le <= now() AND {NON_ARRETE}"
)
_RENVOYES = sa.text(
    "SELECT count(*), count(DISTINCT destinataire) FROM envois "
    f"WHERE {RENVOYE} AND envoye_le > now() - interval '6 hours'"  # nosec B608
)
"""By when they left, as what left is counted (`ceres_envois_total`): the two make a share. Six hours: a relay that
tries a few times has given its answer by then, and who has put right what was wrong reads so the same day. The
recipients: one dead address, which is written to often, is no server that takes us for a forger."""


def ouvrir() -> None:
    """Measures from now on, in a greenlet."""
    repeter(_CHAQUE, mesurer)


def mesurer() -> None:
    """Looks once; a base out of reach changes nothing of what was last seen."""
    with suppress(sa.exc.SQLAlchemyError), moteur("notifications").connect() as db:
        AGE.set(db.scalar(_AGE) or 0)
        renvoyes, destinataires = db.execute(_RENVOYES).one()
        RENVOYES.set(renvoyes)
        DESTINATAIRES.set(destinataires)
