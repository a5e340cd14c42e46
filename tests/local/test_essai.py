"""The system that the tests share, and what breaks it."""

import http.client
import os
from urllib.parse import urlsplit

import psycopg
import pytest
from kombu import Connection


def statut(systeme, chemin="/sante/pret"):
    ligne = http.client.HTTPConnection(urlsplit(systeme.url).netloc, timeout=15)
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


@pytest.mark.panne
def test_un_processus_arrete_ou_tue_le_reste_jusqu_a_ce_qu_on_le_demarre(systeme):
    for arreter in (systeme.arreter, systeme.tuer):
        avant = systeme.pids["gateway"]
        arreter("gateway")
        assert statut(systeme) is None
        with pytest.raises(ProcessLookupError):
            os.kill(avant, 0)
        systeme.demarrer("gateway")
        assert statut(systeme) == 200
        assert systeme.pids["gateway"] != avant


@pytest.mark.panne
@pytest.mark.parametrize("serveur", ["rabbit", "postgres"])
def test_un_serveur_tue_revient_avec_ce_qu_il_tenait(systeme, serveur):
    with psycopg.connect(systeme.url_proprietaire("gateway"), autocommit=True) as db:
        db.execute("CREATE TABLE temoin ()")
    systeme.tuer(serveur)
    systeme.demarrer(serveur)
    with psycopg.connect(systeme.url_proprietaire("gateway"), autocommit=True) as db:
        db.execute("DROP TABLE temoin")
    with Connection(systeme.amqp_url) as bus:
        bus.ensure_connection(max_retries=1)
