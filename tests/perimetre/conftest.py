"""The demo, and four places beside it with one of everything in each."""

import pytest

from tests.conftest import Systeme
from tests.parcours.conftest import demo  # noqa: F401 (a fixture)
from tests.perimetre.lieux import Lieux


@pytest.fixture(scope="session")
def lieux(demo: Systeme) -> Lieux:  # noqa: F811
    """The four places, and who reads and writes from Paris."""
    return Lieux.batir(demo)
