"""A copy follows its source by version: in whatever order and however often its events come, it ends the same."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commun.storage.replica import Copie, en_tranche, suivre, suivre_membres, tranche
from tests.commun.exemple import Exemple
from tests.commun.service_exemple.storage import copies

CORPS = [{"code": code, "libelle": f"{code} v{v}", "version": v} for code in ("A", "B") for v in (1, 2, 3)]
FIN = [("A", "A v3", 3), ("B", "B v3", 3)]


@pytest.fixture
def db(exemple: Exemple) -> Iterator[sa.Connection]:
    """A connection whose work is forgotten."""
    moteur = sa.create_engine(sa.make_url(exemple.url).set(drivername="postgresql+psycopg"))
    with moteur.connect() as connexion:
        yield connexion
        connexion.rollback()
    moteur.dispose()


def etat(db: sa.Connection) -> list[tuple[Any, ...]]:
    return [tuple(ligne) for ligne in db.execute(sa.select(copies).order_by(copies.c.code))]


def test_tous_les_ordres_menent_au_meme_etat(db: sa.Connection) -> None:
    ordres = list(itertools.permutations(CORPS))
    for ordre in random.Random(1).sample(ordres, 100):
        db.execute(copies.delete())
        for corps in ordre:
            suivre(db, copies, corps)
        assert etat(db) == FIN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.sampled_from(CORPS), max_size=20))
def test_doublons_et_retards_ne_changent_rien(db: sa.Connection, recus: list[dict[str, Any]]) -> None:
    db.execute(copies.delete())
    for corps in recus:
        suivre(db, copies, corps)
    derniers = {c["code"]: c for c in sorted(recus, key=lambda c: int(c["version"]))}
    assert etat(db) == sorted((c["code"], c["libelle"], c["version"]) for c in derniers.values())


def test_les_membres_deviennent_ceux_qu_on_dit_et_qui_reste_n_est_pas_recrit(db: sa.Connection) -> None:
    membres = sa.Table(
        "membres",
        sa.MetaData(),
        sa.Column("groupe", sa.Text, primary_key=True),
        sa.Column("qui", sa.Text, primary_key=True),
        sa.Column("role", sa.Text),
        prefixes=["TEMPORARY"],
    )
    membres.create(db)
    gestes = sa.text("SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables WHERE relname = 'membres'")

    def suivre_le_groupe(**roles: str) -> tuple[int, ...]:
        avant = db.execute(gestes).one()
        suivre_membres(db, membres, {"groupe": "A"}, [{"qui": qui, "role": role} for qui, role in roles.items()])
        lus = sa.select(membres.c.qui, membres.c.role).where(membres.c.groupe == "A")
        assert {ligne.qui: ligne.role for ligne in db.execute(lus)} == roles
        return tuple(apres - n for apres, n in zip(db.execute(gestes).one(), avant, strict=True))

    db.execute(membres.insert().values(groupe="B", qui="Zoé", role="x"))
    assert suivre_le_groupe(Léo="x", Ana="x") == (2, 0, 0)
    assert suivre_le_groupe(Léo="x", Ana="x") == (0, 0, 0)
    assert suivre_le_groupe(Léo="y", Zoé="x") == (1, 1, 1)
    assert suivre_le_groupe() == (0, 0, 2)
    assert db.scalar(sa.select(membres.c.groupe)) == "B"


def test_suivre_dit_si_la_copie_a_change(db: sa.Connection) -> None:
    un, deux = CORPS[0], CORPS[1]
    assert [suivre(db, copies, c) for c in (un, un, deux, un, deux)] == [True, False, True, False, False]


def test_une_source_dit_tout_et_une_fois_tranche_apres_tranche(db: sa.Connection) -> None:
    """What it leaves out, who keeps a copy would forget."""
    for code in "DBAC":
        suivre(db, copies, {"code": code, "libelle": code, "version": 1})
    dits, apres = list[str](), None
    for _ in range(3):
        codes = db.scalars(tranche(sa.select(copies.c.code), copies.c.code, apres, 2)).all()
        page = en_tranche(list(codes), codes, 2)
        dits, apres = dits + page["elements"], page["suivant"]
    assert (dits, apres) == (["A", "B", "C", "D"], None)


def test_les_versions_d_une_copie_se_lisent_par_lots(db: sa.Connection) -> None:
    """Each wait for the next lets the others of the process in."""
    db.execute(copies.delete())
    db.execute(sa.text("INSERT INTO copies SELECT 'C' || n, 'un', n FROM generate_series(1, 2500) n"))
    par_lots: list[Any] = []
    sa.event.listen(
        db, "before_cursor_execute", lambda *recus: par_lots.append(recus[4].execution_options["yield_per"])
    )
    assert Copie(copies, "code").versions(db) == {f"C{n}": n for n in range(1, 2501)}
    assert par_lots == [1000]
