"""The tables that the code knows are those that its migrations make."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from commun.storage.migrations import migrer
from commun.storage.tables import noyau

RACINE = Path(__file__).resolve().parents[2]
PAQUETS = [f"services.{p.parent.name}" for p in sorted(RACINE.glob("services/*/storage*")) if "pycache" not in str(p)]
PAQUETS = [*sorted(set(PAQUETS)), "gateway"]


@pytest.mark.parametrize("paquet", PAQUETS)
def test_les_tables_du_code_sont_celles_de_la_base(paquet: str, base_vierge: Callable[[], str]) -> None:
    url = base_vierge()
    migrer(paquet, url)
    moteur = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    tables = [importlib.import_module(f"{paquet}.storage").metadata, noyau]
    with moteur.connect() as db:
        contexte = MigrationContext.configure(db, opts={"include_name": lambda nom, *_: nom != "alembic_version"})
        ecarts = compare_metadata(contexte, tables)  # type: ignore[arg-type]
    moteur.dispose()
    restent = {(ecart[2], ecart[3].name) for ecart in ecarts if ecart[0] == "remove_column"}
    assert len(ecarts) == len(restent), ecarts
    assert restent == getattr(importlib.import_module(f"{paquet}.storage.tables"), "A_RETIRER", frozenset())
