"""French as a printed letter writes it: dates in full letters, hours, names. Pure.

Spaces inside a date, an hour or a name never break: `INSECABLE`. The thin space before « : ; ! ? » is set by the
templates (`commun.typ`).
"""

from datetime import date, time, timedelta

from commun.domain.dates import JOURS, MOIS, quantieme

INSECABLE = "\u00a0"
SAMEDI = 5


def en_lettres(jour: date, *, semaine: bool = False, annee: bool = True) -> str:
    """Returns « 1er mars 2027 », with the day of the week before it where asked, without its year where not."""
    mots = [JOURS[jour.weekday()]] if semaine else []
    mots += [quantieme(jour), MOIS[jour.month - 1]]
    return INSECABLE.join([*mots, str(jour.year)] if annee else mots)


def periode(debut: date, fin: date) -> str:
    """Returns « le lundi 1er mars 2027 » or « du lundi 1er au mercredi 3 mars 2027 », saying nothing twice."""
    if debut == fin:
        return f"le {en_lettres(debut, semaine=True)}"
    if (debut.year, debut.month) == (fin.year, fin.month):
        depuis = f"{JOURS[debut.weekday()]}{INSECABLE}{quantieme(debut)}"
    else:
        depuis = en_lettres(debut, semaine=True, annee=debut.year != fin.year)
    return f"du {depuis} au {en_lettres(fin, semaine=True)}"


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
