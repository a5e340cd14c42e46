"""The example service, shared or one's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.commun.exemple import Exemple
from tests.outils.bases import base_de_l_exemple


@pytest.fixture(scope="session")
def exemple(tmp_path_factory: pytest.TempPathFactory, amqp_url: str) -> Iterator[Exemple]:
    """The example, running in one process; for tests that leave it alive."""
    with base_de_l_exemple() as url:
        le_mien = Exemple(tmp_path_factory.mktemp("exemple"), url, amqp_url)
        le_mien.lancer()
        yield le_mien
        le_mien.arreter()


@pytest.fixture
def exemple_a_soi(tmp_path: Path, amqp_url: str) -> Iterator[Callable[..., Exemple]]:
    """Makes an example of one's own, not yet started, that a test may break; `env` adds to its environment."""
    with ExitStack() as ouverts:

        def faire(**env: str) -> Exemple:
            url = ouverts.enter_context(base_de_l_exemple())
            le_mien = Exemple(tmp_path, url, env.pop("AMQP_URL", amqp_url), **env)
            ouverts.callback(le_mien.arreter)
            return le_mien

        yield faire
