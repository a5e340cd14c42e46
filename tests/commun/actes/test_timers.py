"""What CERES does by itself is done once each time, however many replicas run."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import eventlet
import psycopg
import pytest
import sqlalchemy as sa

from commun.actes.timers import Minuterie, tour
from commun.storage.db import moteur
from commun.storage.tables import minuteries
from commun.telemetry import nom_de
from tests.commun.exemple import Exemple
from tests.outils.attente import attendre

CHAQUE = 0.6


@pytest.fixture
def service(exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a service whose database is there, and that no process serves."""
    exemple = exemple_a_soi()
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    yield exemple.nom


def test_deux_repliques_une_seule_cadence(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi(EXEMPLE_MINUTERIE=str(CHAQUE))
    premiere = exemple.lancer()
    exemple.lancer()
    attendre(lambda: exemple.effets("tour"))
    avant, debut = len(exemple.effets("tour")), time.monotonic()
    faits = attendre(lambda: n if (n := len(exemple.effets("tour")) - avant) > 4 else 0)
    assert faits <= (time.monotonic() - debut) / CHAQUE + 1
    premiere.tuer()  # the other one takes over
    avant = len(exemple.effets("tour"))
    attendre(lambda: len(exemple.effets("tour")) > avant)


def test_une_base_absente_n_arrete_pas_la_minuterie(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi(EXEMPLE_MINUTERIE=str(CHAQUE))
    exemple.sql("ALTER TABLE minuteries RENAME TO ailleurs")
    processus = exemple.lancer()
    exemple.dit("minuterie_en_attente")
    exemple.sql("ALTER TABLE ailleurs RENAME TO minuteries")
    attendre(lambda: exemple.effets("tour"))
    assert processus.vit


def test_un_tour_est_tenu_tant_que_son_travail_dure(
    exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long past the time of the next one."""
    exemple = exemple_a_soi(EXEMPLE_MINUTERIE=str(CHAQUE))
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    with psycopg.connect(exemple.url) as db:
        db.execute("LOCK TABLE effets")
        exemple.lancer()
        attendre(lambda: exemple.sql("SELECT 1 FROM pg_locks WHERE relation = 'effets'::regclass AND NOT granted"))
        with tour(exemple.nom, f"{exemple.nom}.tour", 0) as le_mien:
            assert not le_mien
    attendre(lambda: exemple.effets("tour"))


def test_un_tour_a_la_fois_puis_pas_avant_l_heure(service: str) -> None:
    with tour(service, "essai", 0.05) as premier:
        time.sleep(0.2)  # it is time again, and the first one still works
        with tour(service, "essai", 0.05) as pendant:
            assert (premier, pendant) == (True, False)
    with tour(service, "essai", 60) as ensuite:
        assert ensuite
    with tour(service, "essai", 60) as trop_tot, tour(service, "autre", 60) as autre:
        assert (trop_tot, autre) == (False, True)


def test_un_tour_manque_se_rattrape_une_fois(service: str) -> None:
    with tour(service, "essai", 0.05) as premier:
        assert premier
    time.sleep(0.3)
    with tour(service, "essai", 60) as rattrape:
        assert rattrape
    with tour(service, "essai", 60) as encore:
        assert not encore


def test_un_tour_coupe_par_une_mort_est_repris_sans_attendre_la_cadence(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen left to the next day: what is done once a day, of a process that was killed at it."""
    exemple = exemple_a_soi()
    coupe = f"""
import os
from commun.actes.timers import tour
with tour({exemple.nom!r}, "essai", 86_400) as le_mien:
    os._exit(0 if le_mien else 3)
"""
    exemple.env[f"DATABASE_URL_{exemple.nom.upper()}"] = exemple.url
    exemple.executer(coupe)
    (vu,) = exemple.sql("SELECT prochaine - now() AS dans FROM minuteries WHERE nom = 'essai'")
    assert timedelta(minutes=4) < vu["dans"] < timedelta(minutes=6)


def test_un_tour_qui_echoue_est_repris_sans_attendre_la_cadence(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen left to the next day: the daily question, asked while the service that answers it was being replaced."""
    exemple = exemple_a_soi(EXEMPLE_MINUTERIE="86400")
    exemple.sql("ALTER TABLE effets RENAME TO ailleurs")
    exemple.lancer()
    exemple.dit("erreur", "tour")
    with psycopg.connect(exemple.url) as db:  # its turn ends a moment after what it says
        db.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"{exemple.nom}.tour"])
    (vu,) = exemple.sql("SELECT prochaine - now() AS dans FROM minuteries WHERE nom = %s", f"{exemple.nom}.tour")
    assert timedelta(minutes=4) < vu["dans"] < timedelta(minutes=6)


def test_une_base_fermee_a_l_ecriture_est_nommee(
    exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen in the log as « PendingRollbackError », its reason « None »."""
    exemple = exemple_a_soi()
    (base,) = exemple.sql("SELECT current_database() AS nom")
    exemple.sql(f'ALTER DATABASE "{base["nom"]}" SET default_transaction_read_only = on')
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    with pytest.raises(sa.exc.DBAPIError) as vue, tour(exemple.nom, "essai", 60):
        pass
    assert nom_de(vue.value) == "ReadOnlySqlTransaction"


def test_un_tour_fini_attend_la_cadence(service: str) -> None:
    """Its own, whatever else ends meanwhile."""
    for nom, chaque in (("essai", 86_400), ("autre", 60)):
        with tour(service, nom, chaque) as le_mien:
            assert le_mien
    with moteur(service).begin() as db:
        dans = db.scalar(sa.select(minuteries.c.prochaine - sa.func.now()).where(minuteries.c.nom == "essai"))
    assert timedelta(hours=23) < dans < timedelta(hours=24)


def test_un_tour_note_par_une_horloge_en_avance_n_est_pas_attendu(service: str) -> None:
    with tour(service, "essai", 60):
        pass
    with moteur(service).begin() as db:
        db.execute(minuteries.update().values(prochaine=minuteries.c.prochaine + timedelta(hours=1)))
    with tour(service, "essai", 60) as remise_a_l_heure:
        assert remise_a_l_heure
    with tour(service, "essai", 60) as encore:
        assert not encore


@pytest.mark.parametrize("saut", [3600, -3600])
def test_la_cadence_ne_suit_pas_l_heure(monkeypatch: pytest.MonkeyPatch, saut: float) -> None:
    class Cadence(Minuterie):
        regards = 0

        def handle_timer_tick(self) -> None:
            self.regards += 1
            self.worker_complete.send()

    cadence, heure, debut = Cadence(chaque=0.8), time.time(), time.monotonic()
    fil = eventlet.spawn(cadence._run)
    eventlet.sleep(0.1)
    monkeypatch.setattr(time, "time", lambda: heure + saut)
    with eventlet.Timeout(30):
        while cadence.regards < 5:
            eventlet.sleep(0.02)
    cadence.should_stop.send(True)
    fil.wait()
    assert time.monotonic() - debut > 0.75  # four intervals of a fifth of a second


def test_le_tour_se_rend_meme_quand_le_travail_echoue(service: str) -> None:
    with pytest.raises(ValueError, match="raté"), tour(service, "essai", 0):
        raise ValueError("raté")
    vus: list[bool] = []

    def prendre() -> None:
        with tour(service, "essai", 0) as le_mien:
            vus.append(le_mien)

    fil = threading.Thread(target=prendre)  # another connection: the lock is not this one's any more
    fil.start()
    fil.join()
    assert vus == [True]
