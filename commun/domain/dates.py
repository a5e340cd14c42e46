"""Calendar arithmetic and the way a French reader sees dates. Pure: standard library only.

« 5 ans » and « 1 an » of the regulations are calendar years; the 29th of February counts as the 28th
where the target year has none (`regles.md` §0).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"
JourA = Callable[[str], date]
"""The day in a time zone, IANA's name: `Acte.jour`."""
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

# The own time zone of a département, or of a collectivity overseas, where it is not that of Paris. Source: IANA tz
# database, `zone.tab`.
FUSEAUX = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/Guadeloupe",
    "978": "America/Guadeloupe",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


_zone = cache(ZoneInfo)
"""It keeps eight by itself, and reads the files of the others again at each page: there are more."""


def fuseau(departement: str | None) -> str:
    """Returns the IANA zone in which a site of this département reads its days."""
    return FUSEAUX.get(departement or "", PARIS)


def jour_a(instant: datetime, zone: str = PARIS) -> date:
    """Returns the calendar day that `instant` (aware) is in `zone`."""
    return instant.astimezone(_zone(zone)).date()


def plus_annees(jour: date, n: int) -> date:
    """Returns the same day `n` calendar years later (earlier where negative); 29 February becomes the 28th."""
    try:
        return jour.replace(year=jour.year + n)
    except ValueError:
        return jour.replace(year=jour.year + n, day=28)


def plus_mois(jour: date, n: int) -> date:
    """Returns the same day `n` months later, the month's last day where it has no such day."""
    annee, mois = divmod(jour.year * 12 + jour.month - 1 + n, 12)
    suivant = date(annee + (mois + 1) // 12, (mois + 1) % 12 + 1, 1)
    return min(date(annee, mois + 1, 1) + timedelta(days=jour.day - 1), suivant - timedelta(days=1))


def lendemain(jour: date) -> date:
    """Returns the day after."""
    return jour + timedelta(days=1)


def d_un_seul_tenant(periodes: Iterable[tuple[date, date]], debut: date, fin: date) -> bool:
    """Returns whether periods, given by their first and last days, leave out no day from `debut` to `fin`."""
    attendu = debut
    for premier, dernier in sorted(periodes):
        if premier <= attendu <= dernier:
            if fin <= dernier:
                return True
            attendu = lendemain(dernier)
    return False


def quantieme(jour: date) -> str:
    """Returns the day of a month as French says it: « 1er », « 2 »."""
    return "1er" if jour.day == 1 else str(jour.day)


def en_lettres(jour: date, *, semaine: bool = False, mois: bool = True, annee: bool = True) -> str:
    """Returns « 1er mars 2027 », after the day of the week where asked, without its month or its year where not."""
    voulus = (
        (semaine, JOURS[jour.weekday()]),
        (True, quantieme(jour)),
        (mois, MOIS[jour.month - 1]),
        (annee, jour.year),
    )
    return " ".join(str(mot) for voulu, mot in voulus if voulu)


def periode(debut: date, fin: date, ecrire: Callable[..., str] = en_lettres) -> str:
    """Returns « le 1er mars 2027 » or « du 1er au 3 mars 2027 », saying nothing twice; `ecrire` takes the same."""
    if debut == fin:
        return f"le {ecrire(fin)}"
    autre_annee = debut.year != fin.year
    return f"du {ecrire(debut, mois=autre_annee or debut.month != fin.month, annee=autre_annee)} au {ecrire(fin)}"


def en_francais(valeur: object) -> str:
    """Returns what a French sentence shows for a rule's value: dates as JJ/MM/AAAA, lists joined by commas."""
    match valeur:
        case None:
            return "non renseigné"
        case datetime():
            return valeur.strftime("%d/%m/%Y à %H:%M")
        case date():
            return valeur.strftime("%d/%m/%Y")
        case list() | tuple():
            return ", ".join(en_francais(v) for v in valeur)
        case _:
            return str(valeur)
