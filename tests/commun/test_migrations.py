"""Revisions: applied once, again without harm; the application's role gets rows, never tables."""

from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from commun.migrations import migrer
from commun.tables import noyau

PAQUET = "tests.commun.service_exemple"


def test_migrer_deux_fois_ne_change_rien(base_vierge: Callable[[], str]) -> None:
    url = base_vierge()
    for _ in range(2):
        migrer(PAQUET, url)
    with psycopg.connect(url) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("exemple_0001",)]
        tables = {nom for (nom,) in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(noyau.tables) | {"compteurs", "effets"} <= tables


def test_le_noyau_du_code_est_celui_de_la_base(base_vierge: Callable[[], str]) -> None:
    url = base_vierge()
    migrer(PAQUET, url)
    moteur = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    reflet = sa.MetaData()
    reflet.reflect(moteur)
    moteur.dispose()
    for nom, table in noyau.tables.items():
        assert {c.name for c in table.columns} == {c.name for c in reflet.tables[nom].columns}
        assert {i.name for i in table.indexes} == {i.name for i in reflet.tables[nom].indexes}


@pytest.mark.parametrize("paquet", ["tests.outils.rpc", "services.absent"])
def test_un_paquet_qui_n_en_est_pas_un_est_nomme(paquet: str, base_vierge: Callable[[], str]) -> None:
    with pytest.raises(ValueError, match="n'est pas un paquet"):
        migrer(paquet, base_vierge())
