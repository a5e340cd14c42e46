"""Statements that several acts run at once: they wait in one order, and leave to another what he holds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from commun.storage.db import nouvel_id
from commun.storage.requetes import attendre_son_tour, retirer
from commun.storage.tables import inbox
from tests.outils.attente import attendre
from tests.outils.bases import base_du_noyau

_ATTENDU = sa.text("SELECT true FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.fixture(scope="module")
def moteur() -> Iterator[sa.Engine]:
    with base_du_noyau() as neuf:
        yield neuf


def test_plusieurs_noms_s_attendent_dans_un_seul_ordre(moteur: sa.Engine) -> None:
    """Two files that name the same people, each in its order, would each hold one and wait for the other."""
    with moteur.connect() as un, moteur.connect() as autre, ThreadPoolExecutor(1) as fil:
        attendre_son_tour(un, "a")
        suite = fil.submit(attendre_son_tour, autre, "b", "a")
        attendre(lambda: un.scalar(_ATTENDU))
        libre = un.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended("b", 0))))
        un.rollback()
        suite.result()
    assert libre, "who waits for the first holds the second"


def test_ce_que_quelqu_un_tient_est_laisse_et_n_est_pas_attendu(moteur: sa.Engine) -> None:
    numeros = [nouvel_id() for _ in range(3)]
    with moteur.begin() as db:
        db.execute(inbox.insert(), [{"message_id": n, "ecouteur": "essai"} for n in numeros])
    with moteur.connect() as un, moteur.begin() as autre:
        un.execute(sa.select(inbox).where(inbox.c.message_id == numeros[0]).with_for_update())
        autre.exec_driver_sql("SET LOCAL lock_timeout = 500")
        assert retirer(autre, inbox, sa.true()) == 2
        assert autre.scalars(sa.select(inbox.c.message_id)).all() == numeros[:1]
