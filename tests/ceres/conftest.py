"""The operators' commands, with the settings of the system that everybody shares."""

from collections.abc import Callable

import pytest

from tests.commun.conftest import exemple_a_soi  # noqa: F401 (a fixture)
from tests.conftest import Systeme
from tests.outils.ordres import Fait, ordre, programme

Lancer = Callable[..., Fait]


@pytest.fixture(scope="module")
def reglages(systeme: Systeme) -> dict[str, str]:
    """The operator's settings."""
    bases = {f"DATABASE_URL_{nom.upper()}": systeme.url_base(nom) for nom in systeme.bases}
    return {"AMQP_URL": systeme.amqp_url, "CERES_URL": systeme.url} | bases


@pytest.fixture(scope="module")
def lancer(reglages: dict[str, str]) -> Lancer:
    """Runs a command with the operator's settings, in this process."""
    return lambda *arguments, entree="", **env: ordre(*arguments, entree=entree, **(reglages | env))


@pytest.fixture(scope="module")
def lancer_a_part(reglages: dict[str, str]) -> Lancer:
    """Runs a command as the operator does."""
    return lambda *arguments, **options: programme(*arguments, **(reglages | options))
