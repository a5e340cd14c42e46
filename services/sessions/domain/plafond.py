"""INS-04: at most three sessions TITRE or CCP with entretien final in one year for a candidate. Pure.

With a sliding window, no [d, d + 1 an[ holds more than three starts, whatever d: it is enough to look at the windows
that begin on a start, for any other one holds no more. The window of a civil year begins on 1 January.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from commun.domain.dates import plus_annees
from services.sessions.domain.model import SANS_POIDS, Etat, TypeSession, compte_au_plafond
from services.sessions.domain.parametres import Fenetre, Portee

PLAFOND = 3


class SessionDuCandidat(NamedTuple):
    """Another session of a candidate, its state that of the day. `absence_excusee`: by its last closed results.

    A tuple, made in half the time of a dataclass: a page of sessions makes six hundred.
    """

    session_id: str
    type: TypeSession
    titre_code: str | None
    entretien_final: bool
    date_debut: date
    date_fin: date
    etat: Etat
    absence_excusee: bool = False

    @property
    def compte_au_plafond(self) -> bool:
        """Whether it weighs on INS-04: not where cancelled, refused or caduque, nor where his absence was excused."""
        return (
            compte_au_plafond(self.type, self.entretien_final)
            and self.etat not in SANS_POIDS
            and not self.absence_excusee
        )

    def chevauche(self, debut: date, fin: date) -> bool:
        """INS-06: whether it has a day in common with [debut, fin]."""
        return self.etat not in SANS_POIDS and self.date_debut <= fin and debut <= self.date_fin


def periode(debut: date, fenetre: Fenetre) -> tuple[date, date]:
    """Returns the year of a session that starts on this day: its first day, and the day after its last."""
    if fenetre is Fenetre.GLISSANTE:
        return debut, plus_annees(debut, 1)
    return date(debut.year, 1, 1), date(debut.year + 1, 1, 1)


def debuts_comptes(sessions: Iterable[SessionDuCandidat], portee: Portee, titre_code: str | None) -> tuple[date, ...]:
    """Returns the starts that count for INS-04, sorted: all titres together, or those of one titre."""
    return tuple(
        sorted(
            s.date_debut
            for s in sessions
            if s.compte_au_plafond and (portee is Portee.CANDIDAT or s.titre_code == titre_code)
        )
    )


def debuts_utilises(debuts: Iterable[date], jour: date, fenetre: Fenetre) -> tuple[date, ...]:
    """Returns those of these starts that a candidate has used in the fullest window around a day."""
    return tuple(_fenetre_la_plus_pleine(sorted(debuts), jour, fenetre))


def depassement(debuts: Iterable[date], nouveau: date, fenetre: Fenetre) -> tuple[date, ...] | None:
    """Returns the starts which leave no room for a session that starts on `nouveau`; `None` where there is room."""
    utilises = debuts_utilises(debuts, nouveau, fenetre)
    return utilises if len(utilises) >= PLAFOND else None


def prochain_debut(debuts: Iterable[date], a_partir_de: date, fenetre: Fenetre) -> date:
    """Returns the first day, from `a_partir_de` on, on which one more session may start.

    Later registrations weigh too: a session may not slip in before them where the year that it begins is full. A
    stretch of forbidden days can end only where a window does, so these ends are the only days to try.
    """
    tries = sorted(debuts)
    fins = [periode(d, fenetre)[1] for d in tries]
    essais = [a_partir_de, *(fin for fin in fins if fin > a_partir_de)]
    return next(d for d in essais if len(_fenetre_la_plus_pleine(tries, d, fenetre)) < PLAFOND)


def _fenetre_la_plus_pleine(tries: Sequence[date], jour: date, fenetre: Fenetre) -> Sequence[date]:
    """Returns the starts of the fullest window that holds `jour`, the earliest one where several are as full."""
    ancres = [d for d in tries if d < jour < periode(d, fenetre)[1]] + [jour]
    fenetres = (periode(d, fenetre) for d in ancres)
    return max((tries[bisect_left(tries, debut) : bisect_left(tries, fin)] for debut, fin in fenetres), key=len)
