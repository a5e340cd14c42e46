"""Revisions: applied once, again without harm; the application's role gets rows, never tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from commun.storage import migrations
from commun.storage.db import VEILLE
from commun.storage.migrations import RevisionInadaptee, exiger_revision, migrer
from commun.storage.tables import noyau

PAQUET = "tests.commun.service_exemple"


def test_migrer_deux_fois_ne_change_rien(base_vierge: Callable[[], str]) -> None:
    url = base_vierge()
    for _ in range(2):
        migrer(PAQUET, url)
    with psycopg.connect(url) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("exemple_0001",)]
        tables = {nom for (nom,) in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(noyau.tables) | {"compteurs", "effets"} <= tables


def test_deux_migrations_d_une_base_attendent_leur_tour(
    base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: one of two at once failing, on a type, a table or a right that the other was making."""
    monkeypatch.setattr(migrations, "_PATIENCE", 0)
    url = base_vierge()
    poser = migrations._poser_noyau

    def pendant(db: sa.Connection) -> None:
        monkeypatch.setattr(migrations, "_poser_noyau", poser)
        with pytest.raises(OperationalError, match="lock timeout"):
            migrer(PAQUET, url)
        poser(db)

    monkeypatch.setattr(migrations, "_poser_noyau", pendant)
    assert migrer(PAQUET, url)
    assert migrer(PAQUET, url)


def test_qui_migrait_sur_une_machine_perdue_rend_son_tour(
    base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its system would keep that line for two hours: the job that takes its place waits ten minutes, and fails."""
    bornes = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
    vues: list[list[str]] = []

    def voir(db: sa.Connection) -> str | None:
        vues.append([db.scalar(sa.text(f"SHOW {borne}")) for borne in bornes])
        return posee(db)

    posee = migrations._posee
    monkeypatch.setattr(migrations, "_posee", voir)
    migrer(PAQUET, base_vierge())
    assert vues == [[str(valeur) for valeur in VEILLE.values()]]


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


@contextmanager
def connecte(url: str) -> Iterator[sa.Connection]:
    moteur = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with moteur.connect() as db:
        yield db
    moteur.dispose()


def version(dossier: Path, nom: str, monkeypatch: pytest.MonkeyPatch, *revisions: str) -> str:
    """Makes a package that knows these revisions: « 2 », or « 3<2 », which code that stops before 2 cannot serve."""
    migrations = dossier / nom / "migrations"
    migrations.mkdir(parents=True)
    (dossier / nom / "__init__.py").touch()
    precedente = None
    for ecrite in revisions:
        numero, _, plancher = ecrite.partition("<")
        lignes = [f"revision = {numero!r}", f"down_revision = {precedente!r}", "def upgrade() -> None: ..."]
        lignes += [f"oldest_code = {plancher!r}"] * bool(plancher)
        (migrations / f"{numero}.py").write_text("\n".join(lignes))
        precedente = numero
    monkeypatch.syspath_prepend(str(dossier))
    return nom


def test_un_code_sert_la_base_de_sa_version_et_celle_de_la_suivante(
    base_vierge: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    v1 = version(tmp_path, "revisions_v1", monkeypatch, "1")
    v2 = version(tmp_path, "revisions_v2", monkeypatch, "1", "2")
    v3 = version(tmp_path, "revisions_v3", monkeypatch, "1", "2", "3<2")
    url = base_vierge()
    with connecte(url) as db, pytest.raises(RevisionInadaptee, match="en retard"):
        exiger_revision(db, v1)
    migrer(v1, url)
    with connecte(url) as db:
        exiger_revision(db, v1)
        with pytest.raises(RevisionInadaptee, match="en retard"):
            exiger_revision(db, v2)
    migrer(v2, url)
    with connecte(url) as db:
        for code in (v1, v2):
            exiger_revision(db, code)
    migrer(v3, url)
    with connecte(url) as db:
        for code in (v2, v3):
            exiger_revision(db, code)
        with pytest.raises(RevisionInadaptee, match="trop récente"):
            exiger_revision(db, v1)
    assert migrer(v2, url) is False  # version N deployed again: its own job leaves the base where N+1 brought it
    with pytest.raises(RevisionInadaptee, match="trop récente"):
        migrer(v1, url)
    with connecte(url) as db:
        exiger_revision(db, v3)


def test_la_base_d_un_autre_service_n_est_pas_prise_pour_plus_recente(
    base_vierge: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: a process that is ready, each of whose acts fails; and a migration that ends well, of the wrong base."""
    un, autre = (version(tmp_path, f"revisions_{nom}", monkeypatch, f"{nom}_0001") for nom in ("un", "autre"))
    url = base_vierge()
    migrer(un, url)
    with connecte(url) as db, pytest.raises(RevisionInadaptee, match=r"d'un autre service \(un\)"):
        exiger_revision(db, autre)
    with pytest.raises(RevisionInadaptee, match="d'un autre service"):
        migrer(autre, url)


def test_une_table_qui_reste_prise_finit_par_se_dire(
    base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_PATIENCE", 0)
    url = base_vierge()
    migrer(PAQUET, url)
    with psycopg.connect(url) as db:
        db.execute("LOCK TABLE traces")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrer(PAQUET, url)
    migrer(PAQUET, url)
