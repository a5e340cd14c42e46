"""The tables that the code knows are those that its migrations make."""

from collections.abc import Callable

import pytest

from commun.storage.migrations import migrer
from local.pile import paquets
from tests.outils.migrations import ecarts_des_tables


@pytest.mark.parametrize("paquet", paquets().values())
def test_les_tables_du_code_sont_celles_de_la_base(paquet: str, base_vierge: Callable[[], str]) -> None:
    url = base_vierge()
    migrer(paquet, url)
    assert ecarts_des_tables(paquet, url) == []
