"""The demo, the world of the scenarios, and those who open pages."""

from collections.abc import Callable
from datetime import date
from time import monotonic

import pytest

from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur
from tests.parcours.conftest import demo, monde

__all__ = ["demo", "monde"]

_ouverts: dict[tuple[str, date | None], tuple[float, Visiteur]] = {}
_SEJOUR = 20 * 60
"""Seconds without a demand after which somebody signs in again, as on a machine where the run takes more than the half
hour that ends a session.
"""


@pytest.fixture
def visiteur(demo: Systeme) -> Callable[..., Visiteur]:
    """Returns someone signed in under a demo account, the same one each time."""

    def ouvrir(identifiant: str, le: date | None = None) -> Visiteur:
        vu, qui = _ouverts.get((identifiant, le), (0.0, None))
        if qui is None or monotonic() - vu > _SEJOUR:
            qui = Visiteur(demo.url, identifiant, le=le)
        _ouverts[identifiant, le] = monotonic(), qui
        return qui

    return ouvrir
