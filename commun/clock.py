"""The only place where CERES reads a clock. Rules never do: the day is a fact given to them."""

from datetime import UTC, date, datetime

from commun.domain.dates import PARIS, jour_a


def maintenant() -> datetime:
    """Returns the real instant, aware, in UTC: tokens, keys, limits and traces use it, never a simulated one."""
    return datetime.now(UTC)


def jour(simule: date | None = None, zone: str = PARIS) -> date:
    """Returns the current day of every rule: the simulated one where given, else today in `zone`."""
    return simule or jour_a(maintenant(), zone)
