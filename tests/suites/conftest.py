"""The system on which sequences are played: its own, for it is recounted whole and its days go forward."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.outils.piles import pile_a_soi
from tests.outils.traces_exigees import TRACEES, exiger_les_traces
from tests.pannes.banc import Banc
from tests.parcours.monde import Monde
from tests.suites.pays import Pays


@pytest.fixture(scope="package")
def pays() -> Iterator[Pays]:
    """All of CERES, two processes of each as in production, without people; whatever is changed without its trace there
    does not commit (TRA-01).
    """
    with pile_a_soi("suites", partial(Banc, a_couper=False)) as (banc, _):
        for service in TRACEES:
            exiger_les_traces(service, banc.bases[service].url_proprietaire)
        banc.doubler()
        le_pays = Pays(banc, Monde(banc.url))
        yield le_pays
        le_pays.fermer()
