"""P9: whatever the day and whatever the clocks: year's end, 29 February, both changes of hour, overseas, skew."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from commun import clock
from commun.domain.dates import fuseau
from tests.pannes.banc import Banc
from tests.parcours.monde import Monde

DECALAGES = {"971": -4, "972": -4, "973": -3, "974": 4, "976": 3, "977": -4, "978": -4}
"""Hours from UTC of the départements that never change theirs, from the law rather than from a library."""
INSTANTS = {
    "fin d'année": datetime(2026, 12, 31, 22, 59, 40, tzinfo=UTC),
    "29 février": datetime(2028, 2, 29, 22, 59, 40, tzinfo=UTC),
    "heure d'été": datetime(2027, 3, 28, 0, 59, 40, tzinfo=UTC),
    "heure d'hiver": datetime(2027, 10, 31, 0, 59, 40, tzinfo=UTC),
}
"""Twenty seconds before something changes in Paris: the day, or the hour."""


def heures_de_paris(instant: datetime) -> int:
    """Returns Paris's distance to UTC, by the directive: last Sundays of March and October, 01:00 UTC."""

    def dernier_dimanche(mois: int) -> datetime:
        fin = datetime(instant.year, mois, 31, 1, tzinfo=UTC)
        return fin - timedelta(days=(fin.weekday() + 1) % 7)

    return 2 if dernier_dimanche(3) <= instant < dernier_dimanche(10) else 1


def test_le_jour_de_chaque_departement_a_chaque_seconde_ou_il_change(monkeypatch: pytest.MonkeyPatch) -> None:
    jours = [date(2026, 12, 31), date(2028, 2, 29), date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 31)]
    for jour in jours:
        minuit = datetime(jour.year, jour.month, jour.day, tzinfo=UTC)
        for demi_heure in range(0, 48 * 2):
            for ecart in (-1, 0, 1):
                instant = minuit + timedelta(minutes=30 * demi_heure, seconds=ecart)
                monkeypatch.setattr(clock, "maintenant", lambda instant=instant: instant)
                paris = (instant + timedelta(hours=heures_de_paris(instant))).date()
                assert clock.jour() == clock.jour(zone=fuseau("75")) == paris
                for departement, heures in DECALAGES.items():
                    assert clock.jour(zone=fuseau(departement)) == (instant + timedelta(hours=heures)).date()


@pytest.fixture
def a_l_heure(banc: Banc) -> Iterator[Callable[..., None]]:
    """Moves the clocks of services (seconds); all are right again after the test."""
    deplaces: dict[str, float] = {}

    def deplacer(secondes: float, *noms: str) -> None:
        for nom in noms:
            banc.services[nom].arreter()
            banc.relancer(nom, CERES_DECALAGE=str(secondes))
            deplaces[nom] = secondes
        for nom in noms:
            banc.attendre_pret(nom)

    yield deplacer
    deplacer(0, *(nom for nom, secondes in deplaces.items() if secondes))


@pytest.mark.parametrize("minutes", [5, -5])
def test_cinq_minutes_d_ecart_entre_services(
    banc: Banc, monde: Monde, a_l_heure: Callable[..., None], minutes: int, longue: bool
) -> None:
    noms = ("sessions", "jures", "candidats", "referentiel", "gateway") if longue else ("sessions",)
    for nom in noms:
        a_l_heure(minutes * 60, nom)
        ici = Monde(banc.url)
        ici.session_validee(jury=ici.jury_neuf())
        a_l_heure(0, nom)


def test_au_dela_l_acteur_est_refuse(monde: Monde, a_l_heure: Callable[..., None]) -> None:
    """Else an actor's token would never end. Who is signed in is told to come back, not to sign in again, for ever."""
    a_l_heure(11 * 60, "jures")
    monde.ud.demander("GET", "/jures").refusee("INDISPONIBLE", 503)


@pytest.mark.parametrize("quand", INSTANTS)
def test_le_parcours_passe_les_dates_difficiles(
    banc: Banc, a_l_heure: Callable[..., None], quand: str, longue: bool, noter: Callable[[str, str], None]
) -> None:
    """All of CERES lives the change while a session is prepared and validated, without a simulated day."""
    if not longue and quand != "29 février":
        pytest.skip("make pannes")
    a_l_heure((INSTANTS[quand] - clock.maintenant()).total_seconds(), *banc.membres)
    monde = Monde(banc.url, au=INSTANTS[quand].date())
    for _ in range(4 if longue else 1):
        assert monde.session_validee(jury=monde.jury_neuf())["etat"] == "validee"
    noter(
        "P9",
        f"{', '.join(INSTANTS)} traversés par le parcours entier ; le jour de {len(DECALAGES) + 1} zones à chaque "
        "changement ; ± 5 minutes d'écart d'un service aux autres sans effet, 11 minutes refusées",
    )
