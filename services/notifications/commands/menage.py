"""What is no longer of use goes."""

from datetime import timedelta

from commun import clock
from commun.unit_of_work import Acte
from services.notifications.storage.abonnes import oublier_limites

_GARDE = timedelta(days=2)


def nettoyer(acte: Acte) -> None:
    """Removes the counts of requests that no limit reads any more."""
    oublier_limites(acte.db, clock.maintenant() - _GARDE)
