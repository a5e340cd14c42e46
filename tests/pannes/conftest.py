"""The bench that the tests of faults share, how far they go, and the report.

`make test` takes the short way; `make pannes` (`CERES_PANNES=longue`) reaches the figures of the promises, on a broker
of three nodes, and writes what it saw into docs/fiabilite.md.
"""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from local.console import Progres
from tests.outils.piles import pile_a_soi
from tests.pannes import rapport
from tests.pannes.banc import Banc
from tests.parcours.monde import Monde

LONGUE = os.environ.get("CERES_PANNES") == "longue"


@pytest.fixture(scope="session")
def longue() -> bool:
    """Whether the figures of the promises are to be reached."""
    return LONGUE


@pytest.fixture(scope="package")
def banc() -> Iterator[Banc]:
    """All of CERES, with its titres, its établissements and its accounts."""
    delais = "5,30,300" if LONGUE else "0.5,1,3,8"
    with pile_a_soi("pannes", partial(Banc, grappe=LONGUE, CERES_DELAIS_REPRISE=delais)) as (le_mien, _):
        yield le_mien


@pytest.fixture(scope="package")
def monde(banc: Banc) -> Monde:
    """Who acts on it, signed in before anything breaks."""
    monde = Monde(banc.url)
    assert monde.centre and monde.ud and monde.national
    return monde


@pytest.fixture
def noter(longue: bool) -> Callable[[str, str], None]:
    """Writes a promise's figures into the report; the short way writes nothing."""
    return rapport.noter if longue else lambda _promesse, _chiffres: None


@pytest.fixture(scope="session")
def dire() -> Callable[..., None]:
    """Shows where a campaign stands, every few seconds (with `pytest -s`)."""
    progres, dernier = Progres(), [0.0]

    def un_peu(etape: str, aussitot: bool = False) -> None:
        if aussitot or time.monotonic() - dernier[0] > 5:
            dernier[0] = time.monotonic()
            progres(etape)

    return un_peu
