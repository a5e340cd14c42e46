"""The demo, the world of the scenarios, and those who open pages."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur
from tests.parcours.conftest import demo, monde

__all__ = ["demo", "monde"]

_ouverts: dict[tuple[str, date | None], Visiteur] = {}


@pytest.fixture
def visiteur(demo: Systeme) -> Callable[..., Visiteur]:
    """Returns someone signed in under a demo account, the same one each time."""

    def ouvrir(identifiant: str, le: date | None = None) -> Visiteur:
        if (identifiant, le) not in _ouverts:
            _ouverts[identifiant, le] = Visiteur(demo.url, identifiant, le=le)
        return _ouverts[identifiant, le]

    return ouvrir
