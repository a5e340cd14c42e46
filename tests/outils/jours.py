"""The day that instants written by PostgreSQL and by the kernel bear."""

from datetime import date

from commun import clock


def aujourd_hui() -> date:
    """Returns it, in UTC, asked for at each use: a run that goes past midnight would compare with the day before."""
    return clock.maintenant().date()
