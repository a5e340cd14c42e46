"""A time zone as calendars read it (RFC 5545, VTIMEZONE): a rule for each of its seasons.

The library writes lists of dates instead (RDATE), which Outlook leaves out: it reads one rule for each season, knows no
« Europe/Paris » without them, and shows the hour of another place (Microsoft, MS-STANOICAL 2.2.47).
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # else loaded with the first document, in its thread: it is 3 MB
    from icalendar import Timezone

_HEURES = 366 * 24
_JOURS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNE_HEURE, _UNE_SEMAINE = timedelta(hours=1), timedelta(weeks=1)


@lru_cache(maxsize=64)
def vtimezone(zone: str, annee: int) -> "Timezone":
    """Returns a zone, IANA's name, by the rules of a year and from then on: one before that of what is read by it."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    decrite = Timezone()
    decrite.add("tzid", zone)
    for debut, avant, apres in _saisons(zone, annee):
        saison = TimezoneDaylight() if apres.dst() else TimezoneStandard()
        saison.add("dtstart", debut)
        if avant.utcoffset() != apres.utcoffset():
            saison.add("rrule", {"freq": "yearly", "bymonth": debut.month, "byday": _quel_jour(debut)})
        saison.add("tzname", apres.tzname())
        saison.add("tzoffsetfrom", avant.utcoffset())
        saison.add("tzoffsetto", apres.utcoffset())
        decrite.add_component(saison)
    return decrite


def _saisons(zone: str, annee: int) -> list[tuple[datetime, datetime, datetime]]:
    """Returns when each season of a year begins, by the hour of the one before, and the instants around; where there
    is one alone, that it began with the year."""
    lieu, premiere = ZoneInfo(zone), datetime(annee, 1, 1, tzinfo=UTC)
    instants = pairwise((premiere + n * _UNE_HEURE).astimezone(lieu) for n in range(_HEURES))
    changements = [(avant, apres) for avant, apres in instants if avant.utcoffset() != apres.utcoffset()]
    if not changements:
        toujours = datetime(annee, 1, 1, tzinfo=lieu)
        return [(toujours.replace(tzinfo=None), toujours, toujours)]
    return [(avant.replace(tzinfo=None) + _UNE_HEURE, avant, apres) for avant, apres in changements]


def _quel_jour(debut: datetime) -> str:
    """Returns which day of its month it is, as a rule says it: « -1SU » for the last Sunday, « 2SU » for the second."""
    dernier = (debut + _UNE_SEMAINE).month != debut.month
    return f"{-1 if dernier else (debut.day + 6) // 7}{_JOURS[debut.weekday()]}"
