"""Files read in one statement: what several would say, and fast however many jurés the nation has."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from commun import clock
from commun.domain.errors import Indisponible
from commun.storage.db import moteur, nouvel_id
from commun.storage.ensemble import Ensemble
from commun.storage.transaction import Transaction, ouvrir
from services.jures.storage import fiches
from services.jures.storage.tables import habilitations, jures
from tests.jures.banc import JOUR, Banc

REGLAGES = "SELECT {}".format(
    ", ".join(f"current_setting('{nom}')" for nom in ("plan_cache_mode", "transaction_isolation"))
)


@pytest.fixture
def db(base: str) -> Iterator[sa.Connection]:
    with moteur("jures").connect() as db:  # undone at the end
        yield db


def test_ce_qu_un_ensemble_rend_est_ce_que_chacune_rendrait(trois: Banc, db: sa.Connection) -> None:
    tous = sa.select(jures).order_by(jures.c.id)
    droits = sa.select(habilitations).where(habilitations.c.etat != sa.bindparam("sauf"))
    lues = Ensemble(tous=tous, droits=droits, aucun=tous.where(sa.false())).lire(db, sauf="supprimee")
    assert lues["tous"] == [dict(ligne) for ligne in db.execute(tous).mappings()]
    assert lues["droits"] == [dict(ligne) for ligne in db.execute(droits, {"sauf": "supprimee"}).mappings()] != []
    assert lues["aucun"] == []


def test_un_ensemble_refuse_ce_que_json_ne_porte_pas() -> None:
    with pytest.raises(TypeError, match="LargeBinary"):
        Ensemble(octets=sa.select(sa.column("octets", sa.LargeBinary)))


def test_une_lecture_voit_un_instant_n_ecrit_rien_et_suit_ses_valeurs(banc: Banc) -> None:
    """An act is planned once; a list, for the values of its filters."""
    with ouvrir("jures", 5, Transaction.LECTURE) as db:
        assert tuple(db.execute(sa.text(REGLAGES)).one()) == ("auto", "repeatable read")
        with pytest.raises(DBAPIError, match="read-only"):
            db.execute(sa.text("DELETE FROM jures"))
        db.rollback()
    for autre in (Transaction.ECRITURE, Transaction.SEULE):  # the same connection, as it was
        with ouvrir("jures", 5, autre) as db:
            assert tuple(db.execute(sa.text(REGLAGES)).one()) == ("force_generic_plan", "read committed")


def test_une_ligne_rompue_condamne_celles_de_son_age(banc: Banc, base: str) -> None:
    """One read is refused, and not one for each connection that the pool held."""
    with ouvrir("jures", 5) as une, ouvrir("jures", 5) as autre:
        pids = [db.scalar(sa.text("SELECT pg_backend_pid()")) for db in (une, autre)]
    with psycopg.connect(base) as tiers:
        tiers.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [pids])
    with pytest.raises(Indisponible), ouvrir("jures", 5, Transaction.LECTURE):
        pass
    with ouvrir("jures", 5, Transaction.LECTURE) as une, ouvrir("jures", 5, Transaction.LECTURE) as autre:
        assert not {db.scalar(sa.text("SELECT pg_backend_pid()")) for db in (une, autre)} & set(pids)


def test_les_fiches_d_aptitude_sont_celles_d_aujourd_hui(trois: Banc, db: sa.Connection) -> None:
    garde, absorbe, autre = db.scalars(sa.select(jures.c.id).order_by(jures.c.id))
    db.execute(jures.update().where(jures.c.id == absorbe).values(absorbe_par=garde))
    par_id, retraits = fiches.get_fiches_et_retraits(db, [absorbe, autre, nouvel_id()], JOUR, ["retrait"])
    assert {cle: fiche.jure.id for cle, fiche in par_id.items()} == {absorbe: garde, autre: autre}
    assert par_id[autre] == fiches.get_fiche(db, autre, lambda _zone: JOUR)
    assert retraits == frozenset()


@pytest.mark.parametrize("ensemble", [fiches.FICHES, fiches.APTES], ids=["fiches", "aptes"])
def test_un_index_trouve_tout(ensemble: Ensemble, banc: Banc, db: sa.Connection) -> None:
    """What no index finds is read whole, even where that is forbidden: slow, once the nation is in the table."""
    valeurs = {"ids": [nouvel_id()], "codes": [], "ccs": [], "genres": ["retrait"], "quand": clock.maintenant()}
    db.execute(sa.text("SET LOCAL enable_seqscan = off"))
    ordre = ensemble.ordre.compile(db)
    voulues = {nom: valeurs.get(nom, valeur) for nom, valeur in ordre.params.items()}
    plan = "\n".join(db.exec_driver_sql(f"EXPLAIN {ordre}", voulues).scalars())
    assert "Index" in plan
    assert "Seq Scan" not in plan
