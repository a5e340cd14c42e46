"""Calendar years, months, zones, and how a French reader sees a date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commun.domain.dates import (
    FUSEAUX,
    PARIS,
    d_un_seul_tenant,
    en_francais,
    fuseau,
    jour_a,
    lendemain,
    plus_annees,
    plus_mois,
)
from commun.domain.territoires import REGIONS

jours = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("jour", "n", "attendu"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), -1, date(2023, 2, 28)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
        (date(2025, 12, 31), 5, date(2030, 12, 31)),
        (date(2099, 2, 28), 1, date(2100, 2, 28)),
    ],
)
def test_plus_annees(jour: date, n: int, attendu: date) -> None:
    assert plus_annees(jour, n) == attendu


@given(jours, st.integers(-50, 50))
def test_plus_annees_garde_le_mois_et_change_l_annee(jour: date, n: int) -> None:
    plus_tard = plus_annees(jour, n)
    assert (plus_tard.year, plus_tard.month) == (jour.year + n, jour.month)
    assert plus_tard.day == jour.day or (jour.month, jour.day, plus_tard.day) == (2, 29, 28)


@given(jours, jours, st.integers(-50, 50))
def test_plus_annees_garde_l_ordre(un: date, autre: date, n: int) -> None:
    avant, apres = sorted((un, autre))
    assert plus_annees(avant, n) <= plus_annees(apres, n)


@pytest.mark.parametrize(
    ("jour", "n", "attendu"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 5, 31), 18, date(2027, 11, 30)),
    ],
)
def test_plus_mois(jour: date, n: int, attendu: date) -> None:
    assert plus_mois(jour, n) == attendu


@given(jours, st.integers(-600, 600))
def test_plus_mois_compte_les_mois(jour: date, n: int) -> None:
    plus_tard = plus_mois(jour, n)
    assert plus_tard.year * 12 + plus_tard.month == jour.year * 12 + jour.month + n
    assert plus_tard.day == jour.day or (lendemain(plus_tard).day == 1 and plus_tard.day < jour.day)


@given(jours, st.integers(-50, 50))
def test_douze_mois_font_un_an(jour: date, n: int) -> None:
    assert plus_mois(jour, 12 * n) == plus_annees(jour, n)


def test_lendemain_passe_l_annee() -> None:
    assert lendemain(date(2025, 12, 31)) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("instant", "zone", "jour"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), PARIS, date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), PARIS, date(2026, 3, 29)),  # the night summer time begins
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), PARIS, date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), PARIS, date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), PARIS, date(2026, 10, 25)),  # the night it ends
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), PARIS, date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), PARIS, date(2026, 10, 26)),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), PARIS, date(2026, 1, 1)),
        (datetime(2025, 12, 31, 20, 0, tzinfo=UTC), "Indian/Reunion", date(2026, 1, 1)),
        (datetime(2026, 1, 1, 3, 59, tzinfo=UTC), "America/Guadeloupe", date(2025, 12, 31)),
    ],
)
def test_le_jour_depend_de_la_zone(instant: datetime, zone: str, jour: date) -> None:
    assert jour_a(instant, zone) == jour


@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(1, 28)).map(lambda j: (min(j), max(j))), max_size=4),
    st.integers(1, 28),
    st.integers(0, 6),
)
def test_des_periodes_d_un_seul_tenant_contiennent_chaque_jour(
    periodes: list[tuple[int, int]], debut: int, duree: int
) -> None:
    voulus = [date(2026, 7, 1) + timedelta(days=n) for n in range(debut, debut + duree + 1)]
    datees = [tuple(date(2026, 7, 1) + timedelta(days=n) for n in p) for p in periodes]
    chaque_jour = all(any(premier <= j <= dernier for premier, dernier in datees) for j in voulus)
    assert d_un_seul_tenant(((p[0], p[1]) for p in datees), voulus[0], voulus[-1]) is chaque_jour


@pytest.mark.parametrize(
    ("departement", "zone"),
    [("75", PARIS), ("2A", PARIS), (None, PARIS), ("974", "Indian/Reunion"), ("976", "Indian/Mayotte")],
)
def test_fuseau(departement: str | None, zone: str) -> None:
    assert fuseau(departement) == zone


def test_aucun_site_d_outre_mer_ne_vit_a_l_heure_de_paris() -> None:
    """Clipperton alone, where nobody lives, has no time zone."""
    ailleurs = {departement for departement in REGIONS if departement[:2] in {"97", "98"}} - {"989"}
    assert ailleurs == set(FUSEAUX)
    assert PARIS not in FUSEAUX.values()
    assert jour_a(datetime(2026, 12, 31, 13, tzinfo=UTC), fuseau("988")) == date(2027, 1, 1)
    assert jour_a(datetime(2027, 1, 1, 9, 59, tzinfo=UTC), fuseau("987")) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [
        (date(2026, 1, 5), "05/01/2026"),
        (datetime(2026, 1, 5, 8, 30, tzinfo=UTC), "05/01/2026 à 08:30"),
        (None, "non renseigné"),
        ([date(2026, 1, 5), "Paris"], "05/01/2026, Paris"),
        (3, "3"),
    ],
)
def test_en_francais(valeur: object, texte: str) -> None:
    assert en_francais(valeur) == texte
