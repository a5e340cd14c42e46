"""The clock: the simulated day where given, else the day it is there; instants are real and aware."""

from datetime import UTC, date, datetime

import pytest

from commun import clock


def test_le_jour_simule_prime() -> None:
    assert clock.jour(date(2024, 2, 29), "Indian/Reunion") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("zone", "jour"), [("Europe/Paris", date(2026, 1, 1)), ("America/Guadeloupe", date(2025, 12, 31))]
)
def test_sinon_celui_de_la_zone(monkeypatch: pytest.MonkeyPatch, zone: str, jour: date) -> None:
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert clock.jour(zone=zone) == jour


def test_les_instants_sont_en_temps_universel() -> None:
    assert clock.maintenant().tzinfo is UTC
