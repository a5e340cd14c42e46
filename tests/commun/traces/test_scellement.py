"""A service keeps its seals: two at once, written or not, asked for by the operator, on a base of before them."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import orjson
import psycopg
import pytest
import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.config import Config
from commun.domain.errors import Indisponible
from commun.fils import UnALaFois
from commun.storage import db as bases
from commun.storage.db import moteur
from commun.storage.migrations import migrer
from commun.storage.tables import tetes, traces
from commun.traces import sceaux
from tests.commun.traces.banc import ecrire
from tests.outils.attente import attendre
from tests.outils.bases import au_service, base_de_l_exemple
from tests.outils.ordres import ordre


@pytest.fixture
def neuve() -> Iterator[str]:
    """A migrated base with one trace, whose triggers hold; `ceres` finds it to be that of `jures`."""
    with base_de_l_exemple() as url:
        with creer(url).begin() as db:
            db.execute(sa.text("UPDATE alembic_version SET version_num = 'jures_0001'"))
            ecrire(db, "j1", 1)
        yield url


def test_deux_sceaux_a_la_fois_ne_se_genent_pas(neuve: str) -> None:
    def seconde() -> int | None:
        with creer(neuve).begin() as db:
            return sceaux.sceller(db, datetime(2026, 5, 2, tzinfo=UTC))

    with ThreadPoolExecutor() as fils:
        with creer(neuve).begin() as db:
            assert sceaux.sceller(db, datetime(2026, 5, 1, tzinfo=UTC)) == 1
            attend = fils.submit(seconde)
            with pytest.raises(TimeoutError):
                attend.result(0.2)
        assert attend.result(10) is None  # the first covers all


def creer(url: str) -> sa.Engine:
    return sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)


def test_un_service_tient_ses_sceaux_et_les_depose(neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_SCELLE", neuve)
    monkeypatch.setattr(sceaux, "config", lambda: Config(dossier_sceaux=str(tmp_path / "sceaux")))
    for _ in range(2):
        Acte.de_ceres("scelle", "essai").faire(sceaux.tenir)
    (fichier,) = sceaux.fichiers_de("scelle", tmp_path / "sceaux")
    assert fichier.name == "scelle-00000001.jsonl"
    assert [ligne[:3] for ligne in map(orjson.loads, fichier.read_bytes().splitlines()[1:])] == [["jure", "j1", 1]]
    moteur("scelle").dispose()


@pytest.mark.parametrize("par", ["le service", "l'exploitation"])
def test_une_base_jamais_scellee_l_est_par_lots(neuve: str, monkeypatch: pytest.MonkeyPatch, par: str) -> None:
    """In one transaction, which may last half a minute, none was: each hour there were more to seal."""
    monkeypatch.setattr(sceaux, "config", lambda: Config(dossier_sceaux=""))
    monkeypatch.setattr(sceaux, "TETES", 2)
    with creer(neuve).begin() as db:
        for n in range(4):
            ecrire(db, f"s{n}", 1)
    if par == "le service":
        with au_service("scelle", neuve):
            Acte.de_ceres("scelle", "essai").faire(sceaux.tenir)
    else:
        dit = ordre("traces", "sceller", "jures", DATABASE_URL_JURES=neuve).stdout
        assert dit == "".join(f"jures : sceau n° {n} posé.\n" for n in (1, 2, 3))
    with creer(neuve).connect() as db:
        assert db.execute(sa.text("SELECT nombre, count(xmin) FROM scellements GROUP BY 1 ORDER BY 1")).all() == [
            (1, 1),
            (2, 2),
        ]
        assert db.scalar(sa.text("SELECT count(DISTINCT xmin::text) FROM scellements")) == 3


@pytest.mark.parametrize("par", ["le service", "l'exploitation"])
def test_un_dossier_neuf_recoit_par_lots_les_sceaux_de_dix_ans(
    neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, par: str
) -> None:
    """In one transaction, which may last half a minute, the service began again every five minutes."""
    monkeypatch.setattr(sceaux, "config", lambda: Config(dossier_sceaux=str(tmp_path)))
    monkeypatch.setattr(sceaux, "DEPOSES", 2)
    for jour in range(1, 5):
        with creer(neuve).begin() as db:
            ecrire(db, f"s{jour}", 1)
            sceaux.sceller(db, datetime(2026, 5, jour, tzinfo=UTC))
    deposer, transactions = sceaux.deposer, list[int]()

    def noter(db: sa.Connection, service: str, dossier: Path) -> int:
        transactions.append(db.scalar(sa.text("SELECT pg_current_xact_id()::text::bigint")) or 0)
        return deposer(db, service, dossier)

    monkeypatch.setattr(sceaux, "deposer", noter)
    if par == "le service":
        with au_service("scelle", neuve):
            Acte.de_ceres("scelle", "essai").faire(sceaux.tenir)
    else:
        dit = ordre("traces", "sceller", "jures", "--dossier", str(tmp_path), DATABASE_URL_JURES=neuve).stdout
        assert f"sceaux écrits dans {tmp_path} : 4.\n" in dit
    assert len(list(tmp_path.iterdir())) == 4
    assert len(set(transactions)) == 3


_SANS_PLACE = """
CREATE FUNCTION pleine() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE CONSTRAINT TRIGGER pleine AFTER INSERT ON scellements DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION pleine();
"""


def test_un_sceau_que_la_base_n_a_pas_garde_n_est_pas_ecrit(
    neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next of that number is another: the file, never touched again, would call it false for ever."""
    monkeypatch.setenv("DATABASE_URL_SCELLE", neuve)
    monkeypatch.setattr(sceaux, "config", lambda: Config(dossier_sceaux=str(tmp_path)))
    with creer(neuve).begin() as db:
        db.exec_driver_sql(_SANS_PLACE)
    with pytest.raises(Indisponible):
        Acte.de_ceres("scelle", "essai").faire(sceaux.tenir)
    assert sceaux.fichiers_de("scelle", tmp_path) == []
    moteur("scelle").dispose()


def test_deux_qui_deposent_a_la_fois_ne_s_otent_pas_leur_fichier(
    neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service at its hour, and the operator: what one writes, the other finds written. Each in a process of its
    own, where a thread touches the volume for it: here, in threads that do so themselves."""
    with creer(neuve).begin() as db:
        sceaux.sceller(db, datetime(2026, 5, 1, tzinfo=UTC))
    rendez_vous = Barrier(2)

    def ensemble(_fichier: int) -> None:
        with suppress(BrokenBarrierError):
            rendez_vous.wait(0.5)

    def deposer() -> int:
        with creer(neuve).begin() as db:
            return sceaux.deposer(db, "exemple", tmp_path)

    monkeypatch.setattr(os, "fsync", ensemble)
    monkeypatch.setattr(UnALaFois, "a_part", lambda _, touche, *quoi: touche(*quoi))
    with ThreadPoolExecutor() as fils:
        deposes = [fils.submit(deposer) for _ in range(2)]
        assert sorted(depose.result(10) for depose in deposes) == [0, 1]


def test_un_volume_plein_n_est_pas_pris_pour_un_bus_muet(
    neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What writes on a full disk names no file: seen told of RabbitMQ, of which nothing had been asked."""

    def pleine(_fichier: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def sceller() -> tuple[int, str, str]:
        fait = ordre("traces", "sceller", "jures", "--dossier", str(tmp_path), DATABASE_URL_JURES=neuve)
        return fait.returncode, fait.stdout, fait.stderr

    plein = "Ce qui devait être écrit ne l'a pas été : le disque est plein, ou ne répond plus.\n"
    with monkeypatch.context() as disque:
        disque.setattr(os, "fsync", pleine)
        assert sceller() == (2, "jures : sceau n° 1 posé.\n", plein)
    ecrit = f"jures : rien de nouveau à sceller.\njures : sceaux écrits dans {tmp_path} : 1.\n"
    assert sceller() == (0, ecrit, "")


def test_un_ordre_essaye_ici_ne_garde_pas_de_connexion(neuve: str, tmp_path: Path) -> None:
    ordre("traces", "sceller", "jures", "--dossier", str(tmp_path), DATABASE_URL_JURES=neuve)
    siennes = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'ceres-jures' AND datname = current_database()"
    with psycopg.connect(neuve, autocommit=True) as db:
        attendre(lambda: db.execute(siennes).fetchone() is None)


def test_l_ordre_verifier_nomme_la_mauvaise_trace(neuve: str, tmp_path: Path) -> None:
    def dire(action: str, dossier: str = str(tmp_path)) -> tuple[int, str]:
        fait = ordre("traces", action, "jures", "--dossier", dossier, DATABASE_URL_JURES=neuve)
        return fait.returncode, fait.stdout + fait.stderr

    sans_dossier = "jures : sceau n° 1 posé.\n« /dev/null/sceaux » ne peut pas être lu ou écrit.\n"
    assert dire("sceller", "/dev/null/sceaux") == (2, sans_dossier)
    assert dire("sceller") == (0, f"jures : rien de nouveau à sceller.\njures : sceaux écrits dans {tmp_path} : 1.\n")
    assert dire("verifier") == (0, "jures : les traces sont intactes.\n")
    (fichier,) = tmp_path.iterdir()
    ecrit = fichier.read_bytes()
    fichier.unlink()
    assert dire("verifier") == (1, f"jures : il manque à {tmp_path} 1 sceau sur 1, à partir du n° 1.\n")
    fichier.write_bytes(ecrit)
    with creer(neuve).begin() as db:
        db.exec_driver_sql("ALTER TABLE traces DISABLE TRIGGER USER")
        db.execute(traces.update().values(phrase="Autre."))
    code, dit = dire("verifier")
    assert (code, "jures : la trace 1 de « jure » j1 est altérée" in dit) == (1, True)


def test_des_annees_de_sceaux_se_relisent(neuve: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than PostgreSQL leaves a transaction idle: the base was then said to refuse, each time."""
    lentement = sceaux._lire
    monkeypatch.setattr(sceaux, "_lire", lambda fichier: [time.sleep(0.6), lentement(fichier)][1])
    options = bases._OPTIONS.replace(
        "idle_in_transaction_session_timeout=15000", "idle_in_transaction_session_timeout=300"
    )
    monkeypatch.setattr(bases, "_OPTIONS", options)
    base = {"DATABASE_URL_JURES": neuve}
    ordre("traces", "sceller", "jures", "--dossier", str(tmp_path), **base)
    fait = ordre("traces", "verifier", "jures", "--dossier", str(tmp_path), **base)
    assert (fait.returncode, fait.stdout) == (0, "jures : les traces sont intactes.\n"), fait.stderr


def test_une_base_d_avant_les_sceaux_les_recoit_a_sa_migration(base_vierge: Callable[[], str]) -> None:
    url = base_vierge()
    migrer("tests.commun.service_exemple", url)
    with creer(url).begin() as db:
        db.exec_driver_sql("DROP TABLE scellements, tetes_scellees")
        db.exec_driver_sql("DROP TRIGGER tetes_en_avant ON tetes_de_traces")
    migrer("tests.commun.service_exemple", url)
    with creer(url).begin() as db:
        ecrire(db, "j1", 1)
        assert sceaux.sceller(db, datetime(2026, 1, 1, tzinfo=UTC)) == 1
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), creer(url).begin() as db:
        db.execute(tetes.update().values(rang=9))
