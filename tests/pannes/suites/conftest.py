"""The bench, as sequences are played on it before anything breaks: recounted whole, its days going forward."""

from collections.abc import Iterator

import pytest

from tests.outils.traces_exigees import TRACEES, exiger_les_traces
from tests.pannes.banc import Banc
from tests.pannes.suites.pays import Pays
from tests.parcours.monde import Monde


@pytest.fixture(scope="package")
def pays(banc: Banc) -> Iterator[Pays]:
    """Two processes of each as in production; what is changed without its trace does not commit (TRA-01)."""
    for service in TRACEES:
        exiger_les_traces(service, banc.bases[service].url_proprietaire)
    banc.doubler()
    le_pays = Pays(banc, Monde(banc.url))
    yield le_pays
    le_pays.fermer()
    banc.ranger()
