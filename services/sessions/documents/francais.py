"""French as a printed letter writes it: dates in full letters, hours, names. Pure.

Spaces inside a date, an hour or a name never break: `INSECABLE`. The thin space before « : ; ! ? » is set by the
templates (`commun.typ`).
"""

from datetime import date, time, timedelta
from functools import partial

from commun.domain import dates

INSECABLE = "\u00a0"
SAMEDI = 5


def en_lettres(jour: date, **parties: bool) -> str:
    """Returns « 1er mars 2027 »; `parties`: as `commun.domain.dates.en_lettres` takes them."""
    return dates.en_lettres(jour, **parties).replace(" ", INSECABLE)


def periode(debut: date, fin: date) -> str:
    """Returns « le lundi 1er mars 2027 » or « du lundi 1er au mercredi 3 mars 2027 », saying nothing twice."""
    return dates.periode(debut, fin, partial(en_lettres, semaine=True))


def heure(instant: time) -> str:
    """Returns « 8 h 30 », « 9 h », « 14 h 05 »."""
    minutes = f"{INSECABLE}{instant.minute:02}" if instant.minute else ""
    return f"{instant.hour}{INSECABLE}h{minutes}"


def civilite(code: str | None) -> str:
    """Returns « M. » or « Mme », nothing where it is unknown."""
    return {"M": "M.", "MME": "Mme"}.get(code or "", "")


def appel(code: str | None) -> str:
    """Returns how a letter to this person begins."""
    return {"M": "Monsieur", "MME": "Madame"}.get(code or "", "Madame, Monsieur")


def jours_de_session(debut: date, fin: date) -> list[date]:
    """Returns the days on which people sign: all but the Saturdays and Sundays that the session only spans."""
    jours = [debut + timedelta(days=n) for n in range((fin - debut).days + 1)]
    return [jour for jour in jours if jour in (debut, fin) or jour.weekday() < SAMEDI]
