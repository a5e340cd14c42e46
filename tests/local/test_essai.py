"""The system that the tests share."""

import fcntl
import http.client
from threading import Thread
from urllib.parse import urlsplit

import psycopg
from kombu import Connection

from tests.outils.attente import attendre
from tests.outils.tour import Tour


def statut(systeme, chemin="/sante/pret"):
    ligne = http.client.HTTPConnection(urlsplit(systeme.url).netloc, timeout=30)
    try:
        ligne.request("GET", chemin)
        return ligne.getresponse().status
    except ConnectionRefusedError:
        return None
    finally:
        ligne.close()


def test_le_systeme_repond(systeme):
    assert statut(systeme) == 200
    assert systeme.journaux.is_dir()
    with Connection(systeme.amqp_url) as bus:
        bus.ensure_connection(max_retries=1)


def test_chaque_processus_a_sa_base(systeme):
    for nom in systeme.bases:
        with psycopg.connect(systeme.url_base(nom)) as db:
            assert db.execute("SELECT current_user, current_database()").fetchone() == (f"ceres_{nom}", f"ceres_{nom}")
        with psycopg.connect(systeme.url_proprietaire(nom)) as db:
            assert db.execute("SELECT current_user").fetchone() == (f"ceres_{nom}_owner",)


def test_une_base_vierge_est_vierge_et_chacune_est_une_autre(base_vierge):
    for url in (base_vierge(), base_vierge()):
        with psycopg.connect(url) as db:
            db.execute("CREATE TABLE seule ()")


def test_qui_doit_etre_seul_attend_ceux_qui_y_sont_et_passe_avant_ceux_qui_viennent(tmp_path):
    un, deux, lui = (Tour(tmp_path) for _ in range(3))
    passes = []

    def passer(tour, seul):
        with tour.tenir(seul=seul):
            passes.append(seul)

    def porte_fermee():
        with (tmp_path / "porte").open() as porte:
            try:
                fcntl.flock(porte, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True

    with un.tenir(seul=False):
        passer(deux, False)
        seul = Thread(target=passer, args=[lui, True])
        seul.start()
        attendre(porte_fermee)
        vient = Thread(target=passer, args=[deux, False])
        vient.start()
        vient.join(0.2)
        assert passes == [False]
    seul.join()
    vient.join()
    assert passes == [False, True, False]
