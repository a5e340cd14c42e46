"""The bus without RabbitMQ: calls, refusals, events and their retries, in one process."""

import signal
from collections.abc import Callable

from tests.commun.exemple import Exemple
from tests.outils.attente import attendre

PROGRAMME = """
import eventlet; eventlet.monkey_patch()
import os, sys, time, traceback
sys.argv[1:] = sys.argv[1:2]
from commun import runner
from commun.bus.appel import Appel
from commun.storage.db import nouvel_id
from commun.domain.errors import Indisponible, Refus
from commun.bus.rpc import client
from tests.commun.service_exemple.service import NOM, GARDES

def appeler(methode, delai=5, **arguments):
    appel = Appel("essai", jeton=os.environ["JETON"], delai=delai)
    return client.appeler(NOM, methode, appel, **arguments)

def pret():
    try:
        return appeler("pid")
    except Indisponible:
        return None

def essai():
    while not pret():
        eventlet.sleep(0.05)
    debut = time.monotonic()
    fils = [eventlet.spawn(appeler, "dormir", secondes=1) for _ in range(5)]
    assert {f.wait() for f in fils} == {os.getpid()}
    assert time.monotonic() - debut < 5
    compteur = nouvel_id()
    assert appeler("ajouter", compteur_id=compteur, corps={})["valeur"] == 1
    try:
        appeler("ajouter", compteur_id=compteur, corps={"refuser": True})
    except Refus as refus:
        assert refus.en_clair()["code"] == "INVALIDE"
    try:
        client.appeler("absent", "x", Appel("essai", delai=0.3))
    except Indisponible:
        pass
    assert appeler("prendre", objet_id=nouvel_id(), autre_id=nouvel_id()) is True
    appeler("publier", corps={"evenement": "chose_arrivee", "corps": {"cle": "bon"}})
    appeler("publier", corps={"evenement": "chose_arrivee", "corps": {"cle": "mauvais", "echouer": True, "nom": "X"}})
    appeler("publier", corps={"evenement": "chose_arrivee", "corps": {"cle": "tetu", "echouer_fois": 2}})
    print("fini", flush=True)

def conduire():
    try:
        essai()
    except BaseException:
        traceback.print_exc()
        os._exit(1)

eventlet.spawn(conduire)
runner.lancer(["tests.commun.service_exemple.service"])
print("parti", flush=True)
"""


def test_tout_tient_dans_un_processus(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi(AMQP_URL="memory://")
    exemple.env["JETON"] = exemple.appel().jeton
    processus = exemple.ouvrir(PROGRAMME)
    assert processus.stdout.readline() == "fini\n"
    attendre(lambda: exemple.effets("bon") and exemple.effets("tetu"))
    processus.send_signal(signal.SIGTERM)
    assert (processus.finir(30), processus.poll()) == ("parti\n", 0)
    assert len(exemple.effets("bon")) == 1
    assert len(exemple.effets("tetu")) == 1
    assert exemple.effets("mauvais") == []
