"""The bench of acts."""

from collections.abc import Iterator

import pytest

from tests.commun.actes.banc import Banc
from tests.commun.exemple import Exemple


@pytest.fixture
def banc(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> Iterator[Banc]:
    """A bench on the shared example's database."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    yield Banc(exemple)
