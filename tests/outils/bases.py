"""A service's own database, for tests of its commands without a bus."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from commun.db import moteur
from commun.migrations import migrer, paquet_de
from tests.conftest import demander
from tests.outils.traces_exigees import exiger_les_traces


@contextmanager
def base_de(service: str) -> Iterator[str]:
    """Gives the address of a migrated database, that of the service, or of the gateway, meanwhile: it keeps no change
    without its trace."""
    nom, url = demander("base_vierge")
    migrer(paquet_de(service), url)
    exiger_les_traces(service, url)
    with pytest.MonkeyPatch.context() as environnement:  # tests/bench has a base of its own, under the same name
        environnement.setenv(f"DATABASE_URL_{service.upper()}", url)
        moteur.cache_clear()
        yield url
        moteur(service).dispose()
    moteur.cache_clear()
    demander("supprimer_base", nom)
