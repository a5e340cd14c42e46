"""Verifying goes by lots: no cleaning waits for its end, and what moves between two is judged as it should."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from commun.storage.db import moteur
from commun.traces import sceaux, verification
from commun.traces.sceaux import Rupture
from tests.commun.traces.banc import ecrire
from tests.outils.bases import au_service, base_de_l_exemple

_SERVICE = "verifie"
_TRANSACTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'ceres-verifie' AND datname = current_database() AND xact_start IS NOT NULL
"""


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A base with three chains of five traces, sealed one after the other, that anybody may change; lots of three."""
    for module in (verification, sceaux):
        monkeypatch.setattr(module, "_LOT", 3)
    monkeypatch.setattr(sceaux, "_SCEAUX", 1)
    with base_de_l_exemple() as url, au_service(_SERVICE, url):
        proprietaire = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
        with proprietaire.begin() as db:
            for jour, objet in enumerate(("j0", "j1", "j2"), 1):
                for n in range(5):
                    ecrire(db, objet, n)
                sceaux.sceller(db, datetime(2026, 4, jour, tzinfo=UTC))
            for table in ("traces", "tetes_de_traces", "scellements", "tetes_scellees"):
                db.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield proprietaire


def entre_deux(base: sa.Engine, faire: Callable[[int, sa.Connection], Any]) -> list[Rupture]:
    """Returns what is found where this is done, and committed, after each lot, by its number."""
    lots, rang = verification.lots_de(_SERVICE), iter(range(1, 10**6))

    @contextmanager
    def ouvrir() -> Iterator[sa.Connection]:
        with lots() as db:
            yield db
        with base.begin() as autre:
            faire(next(rang), autre)

    return list(verification.verifier(ouvrir))


def test_ce_qui_s_ajoute_entre_deux_lots_n_est_pas_une_faute(base: sa.Engine) -> None:
    """To a chain that is verified, to the one where a lot ends, to those to come; a new one before, and behind."""

    def ajouter(lot: int, db: sa.Connection) -> None:
        for objet in ("j0", "j1", "j2", f"a{lot}", f"z{lot}"):
            if lot < 12:
                ecrire(db, objet, 5 + lot)
        sceaux.sceller(db, datetime(2026, 5, 1, lot % 24, tzinfo=UTC))

    assert entre_deux(base, ajouter) == []


def test_ce_qui_s_ajoute_pendant_un_lot_n_est_pas_une_faute(base: sa.Engine) -> None:
    """The rows of a lot and the heads that it compares are of one instant."""
    ajoutees = list[int]()

    def ajouter(_ligne: Any, _curseur: Any, ordre: str, *_: Any) -> None:
        if "FROM traces ORDER BY" in " ".join(ordre.split()) and not ajoutees:
            ajoutees.append(1)
            with base.begin() as autre:
                ecrire(autre, "j0", 6)

    sa.event.listen(moteur(_SERVICE), "after_cursor_execute", ajouter)
    with pytest.MonkeyPatch.context() as lots:
        lots.setattr(verification, "_LOT", 1000)
        assert list(verification.verifier(verification.lots_de(_SERVICE))) == []
    assert ajoutees


@pytest.mark.parametrize(
    ("ordre", "trouve"),
    [
        ("DELETE FROM traces WHERE objet_id = 'j0' AND rang > 3", ("jure", "j0", 5)),
        ("DELETE FROM traces WHERE objet_id = 'j0' AND rang = 4", ("jure", "j0", 5)),
        ("DELETE FROM tetes_de_traces WHERE objet_id = 'j0'", ("jure", "j0", 5)),
        ("UPDATE traces SET phrase = 'x' WHERE objet_id = 'j0' AND rang = 5", ("jure", "j0", 5)),
        ("DELETE FROM traces WHERE objet_id = 'j1' AND rang = 1", ("jure", "j1", 2)),
        ("DELETE FROM traces WHERE objet_id = 'j2'", ("jure", "j2", 5)),
        ("INSERT INTO tetes_de_traces VALUES ('jure', 'j3', 2, '\\x00')", ("jure", "j3", 2)),
        (
            "INSERT INTO traces SELECT 'jure', 'j1', 6, instant, acteur, action, phrase, avant, apres, motif, code, "
            "requete, precedente, empreinte FROM traces WHERE objet_id = 'j1' AND rang = 5",
            ("jure", "j1", 6),
        ),
        ("DELETE FROM scellements WHERE numero = 2", ("sceau", "2", 2)),
        ("UPDATE scellements SET nombre = 4 WHERE numero = 3", ("sceau", "3", 3)),
    ],
)
def test_ce_qui_est_fausse_plus_loin_entre_deux_lots_est_trouve(
    base: sa.Engine, ordre: str, trouve: tuple[str, str, int]
) -> None:
    """After three traces of the first chain of five were read: what follows is judged as it is then."""
    assert entre_deux(base, lambda lot, db: db.exec_driver_sql(ordre) if lot == 1 else None) == [trouve]


@pytest.mark.parametrize(
    ("ordre", "des_sceaux"),
    [
        ("DELETE FROM traces WHERE objet_id = 'j0' AND rang < 3", []),
        (
            "DELETE FROM traces WHERE objet_id = 'j0' AND rang = 5; UPDATE tetes_de_traces SET rang = 4, empreinte = "
            "(SELECT empreinte FROM traces WHERE objet_id = 'j0' AND rang = 4) WHERE objet_id = 'j0'",
            [("jure", "j0", 5)],
        ),
    ],
)
def test_ce_qui_est_fausse_derriere_l_est_par_les_sceaux_ou_la_fois_suivante(
    base: sa.Engine, ordre: str, des_sceaux: list[tuple[str, str, int]]
) -> None:
    """What was whole when it was looked at is said to be so, as where all is looked at in the instant of the
    beginning."""
    assert entre_deux(base, lambda lot, db: db.exec_driver_sql(ordre) if lot == 3 else None) == des_sceaux
    assert len(list(verification.verifier(verification.lots_de(_SERVICE)))) == 1


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE traces SET phrase = 'x' WHERE objet_id = 'j1' AND rang = 2",
        "UPDATE scellements SET nombre = 4 WHERE numero = 2",
        "UPDATE tetes_scellees SET empreinte = '\\x00' WHERE objet_id = 'j1'",
        None,
    ],
)
def test_aucune_transaction_ne_reste_ouverte_d_un_lot_a_l_autre(
    base: sa.Engine, tmp_path: Path, ordre: str | None
) -> None:
    """One of ten minutes kept PostgreSQL from cleaning what everybody changed meanwhile; and files take as long."""
    with base.begin() as db:
        sceaux.deposer(db, "exemple", tmp_path)
        db.exec_driver_sql(ordre or "DELETE FROM scellements WHERE numero = 3")
    suite = verification.verifier(verification.lots_de(_SERVICE), sceaux.fichiers_de("exemple", tmp_path))
    assert next(suite)
    with psycopg.connect(base.url.set(drivername="postgresql").render_as_string(hide_password=False)) as autre:
        assert autre.execute(_TRANSACTIONS).fetchone() == (0,)
