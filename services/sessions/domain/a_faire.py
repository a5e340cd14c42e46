"""What waits for an act in a session, whoever's act it is: what the badges, the filter and the queues tell. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from services.sessions.domain.model import Etat, EtatDte, Session


class AFaire(StrEnum):
    """An act that is waited for: the first two of the administration, the last of the centre."""

    VISER = "viser"
    REPONDRE_DTE = "repondre_dte"
    REDEMANDER_DTE = "redemander_dte"


def a_faire(session: Session, jour: date, dte: Iterable[str]) -> list[AFaire]:
    """Returns what waits for an act on `jour`. `dte`: the states of the session's requests.

    A DTE serves a session that is to be held: nobody owes an answer for one that is over, cancelled, or back to
    validation, and it is asked for again only before the first day. `queries.listes.a_faire_sql` says the same in SQL.
    """
    demandes, a_tenir = set(dte), session.etat is Etat.VALIDEE
    attend = {
        AFaire.VISER: session.etat is Etat.CLOTUREE and session.pv_vise_le is None,
        AFaire.REPONDRE_DTE: a_tenir and jour <= session.cadre.date_fin and EtatDte.DEMANDEE in demandes,
        AFaire.REDEMANDER_DTE: a_tenir and jour < session.cadre.date_debut and demandes == {EtatDte.REFUSEE},
    }
    return [quoi for quoi, vrai in attend.items() if vrai]
