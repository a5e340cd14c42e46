"""The line to the broker: an event keeps its headers when it is sent again; an absent broker is told in time."""

from collections.abc import Callable

import orjson
import pytest
from amqp.exceptions import NotFound
from kombu import Connection, Queue

from commun.bus.broker import Ligne, attente, en_json, file_evenements, file_morts, file_rpc
from commun.bus.topology import ecouteurs
from tests.commun.exemple import MODULE, Exemple

RENVOI = """
import eventlet; eventlet.monkey_patch()
import socket, sys
from commun.bus.broker import Envoi, Ligne
ligne = Ligne(confirmee=True)
def publier(n):
    return ligne.publier(Envoi({"n": n}, "", sys.argv[1], {"ceres-essai": n}, True, {"message_id": str(n)}))
assert publier(1)
ligne._ligne.connection.transport.sock.shutdown(socket.SHUT_RDWR)
assert publier(2)
assert not ligne.publier(Envoi({}, "", "file-qui-n-existe-pas", mandatory=True))
assert publier(3)
print("fini")
"""

SANS_COURTIER = """
import eventlet; eventlet.monkey_patch()
import time
from commun.bus.broker import PANNES, Envoi, Ligne
debut = time.monotonic()
try:
    Ligne(confirmee=True).publier(Envoi({}, "", "x"))
except PANNES:
    print(time.monotonic() - debut)
"""


SANS_FIN = """
import eventlet; eventlet.monkey_patch()
from kombu.utils import functional
functional.sleep = lambda _: None
from commun.bus import rpc
from commun.bus.consumer import Consommateur
attentes = []
def attendre(secondes):
    attentes.append(secondes)
    if len(attentes) == 40:
        raise SystemExit(print(max(attentes)))
eventlet.sleep = attendre
try:
    rpc.client._lire_sans_fin()  # who asks
except SystemExit:
    attentes.clear()
class Essai(Consommateur):  # who is asked
    def on_connection_error(self, exc, interval):
        attendre(interval)
with Essai().establish_connection():
    pass
"""

SANS_LIRE = """
import eventlet; eventlet.monkey_patch()
from commun.bus.broker import connexion
ligne = connexion()
canal = ligne.channel()
lues = []
ligne.connection.drain_events = lambda **_: lues.append("lue")
canal.basic_publish(canal.prepare_message(b"{}"), exchange="", routing_key="file-qui-n-existe-pas")
print(lues)
"""


CHACUN_SA_REPONSE = """
import eventlet; eventlet.monkey_patch()
import socket, sys
from commun.bus import broker
from commun.bus.broker import Envoi, Ligne, PANNES
ouvertes = []
connexion = broker.connexion
broker.connexion = lambda: ouvertes.append(connexion()) or ouvertes[-1]
libre, pleine = sys.argv[1:]
ligne = Ligne(confirmee=True)
def essayer(**files):
    envois = [Envoi({}, "", file, mandatory=True, proprietes={"message_id": n}) for n, file in files.items()]
    try:
        print(ligne.publier_ensemble(envois))
    except PANNES as panne:
        print(type(panne).__name__)
essayer(un=libre, deux="absente")
essayer(deux="absente", trois=libre)
essayer(quatre=libre, cinq=pleine)
essayer(cinq=pleine, quatre=libre)
essayer(deux=libre)
ligne._attendus.add(99)  # the broker went before it said what it did with it
ligne._ligne.connection.transport.sock.shutdown(socket.SHUT_RDWR)
essayer(six=libre)
print(len(ouvertes) > 2, sum(ouverte.connected for ouverte in ouvertes))
"""

DE_FRONT = """
import eventlet; eventlet.monkey_patch()
import socket, sys
from commun.bus import broker
ouvertes = []
connexion = broker.connexion
broker.connexion = lambda: ouvertes.append(connexion()) or ouvertes[-1]
ligne = broker.Ligne(confirmee=True)
def publier(n):
    return ligne.publier(broker.Envoi({}, "", ("absente", sys.argv[1])[n % 2], {}, True, {"message_id": str(n)}))
print(list(eventlet.GreenPool(8).imap(publier, range(8))), len(ouvertes))
with ligne._verrou:
    battement = eventlet.spawn(ligne.battre)
    eventlet.sleep(0.1)
    print("il bat" if battement.dead else "il attend")
battement.wait()
ligne._ligne.connection.transport.sock.shutdown(socket.SHUT_RDWR)
ligne.battre()
print(ligne._canal)
"""

MUETTE = """
import eventlet; eventlet.monkey_patch()
import socket, sys
from commun.bus import broker
broker._PATIENCE = 1
ligne = broker.Ligne(confirmee=True)
def publier(texte):
    with eventlet.Timeout(15, False):
        return ligne.publier(broker.Envoi(texte, "", sys.argv[1], {}, True, {"message_id": "1"}))
print(publier(""))
for texte in ("", "x" * 2_000_000):
    muette, autre = socket.socketpair()
    fil = ligne._ligne.connection.transport
    fil.sock, fil._write, fil._quick_recv = muette, muette.sendall, muette.recv
    print(publier(texte))
"""

REFAIRE = """
import eventlet; eventlet.monkey_patch()
import sys
from kombu import Exchange, Queue
from commun.bus.broker import rendre_declarable
rendre_declarable(Queue(sys.argv[1], Exchange("absent", passive=True), durable=True))  # the broker refuses it (404)
"""

AU_REPOS = """
import eventlet; eventlet.monkey_patch()
import sys
from functools import partial
from commun import fils
from commun.bus import rpc
from commun.bus.appel import Appel
from commun.bus.broker import Envoi
rpc.repeter = lambda _, geste: fils.repeter(0.05, geste)
demander = lambda: rpc.client.appeler(sys.argv[1], "dormir", Appel("r", delai=9.0), secondes=0)
rpc.garder_ligne_vivante()
rpc._reponses.publier(Envoi({}, "", "file-qui-n-existe-pas"))
demander()
battues = set()
rpc._reponses._ligne.heartbeat_check = partial(battues.add, "réponses")
rpc.client._ligne.heartbeat_check = partial(battues.add, "questions")
demander()  # its answer wakes who reads them
eventlet.sleep(0.3)
print(*sorted(battues))
for ligne in (rpc.client._ligne, rpc._reponses._ligne):
    print(round(ligne.connection.heartbeat), ligne.connect_timeout)
"""

ROMPUE_EN_ECRIVANT = """
import eventlet; eventlet.monkey_patch()
import sys
from commun.bus import rpc
from commun.bus.appel import Appel
demander = lambda: rpc.client.appeler(sys.argv[1], "dormir", Appel("r", delai=6.0), secondes=0)
demander()
rpc.client._ligne.connection.transport.connected = False  # as a write that fails leaves it
eventlet.sleep(2.5)  # who reads had nothing to read meanwhile, and looks at the line again
demander()
print("répondu")
"""
"""What a caller does of a line that broke as a question was written: as below, on the side of who asks."""

ROMPUE_EN_RENDANT = """
import eventlet; eventlet.monkey_patch()
import socket
from amqp.exceptions import RecoverableConnectionError
from commun.bus.broker import PANNES, connexion
from commun.bus.consumer import Consommateur

ligne, lui = connexion(), Consommateur()
canal = ligne.channel()
lui.get_consumers(None, canal)
lui._consumers = {"une file": "son lecteur"}
lui.on_iteration()
ligne.connection.transport.sock.shutdown(socket.SHUT_RDWR)
try:
    while True:
        canal.basic_ack(1)
except PANNES:
    pass
try:
    lui.on_iteration()
except RecoverableConnectionError:
    print("une autre ligne", end="")
else:
    ligne.connection
    print("sourd sur la suivante", ligne.connected, end="")
"""
"""What a consumer does of a line that broke as a message was given back: a process frozen for a while, then woken."""

SANS_SA_FILE = """
import eventlet; eventlet.monkey_patch()
import sys
from argparse import Namespace
from commun.bus.broker import connexion, file_evenements
from commun.bus.consumer import Consommateur

class Ecouteur:
    queue = file_evenements(sys.argv[1], "x.y")
    queue.no_declare = True

ligne, lui = connexion(), Consommateur()
lui.container = Namespace(max_workers=1, accept=["json"])
lui._providers = {Ecouteur()}
lui.get_consumers(lambda **_: None, ligne.channel())
avant = len(ligne.connection.channels)
for _ in range(3):
    lui._chercher_les_absentes()
print(len(lui._sans_file), len(ligne.connection.channels) - avant)
"""


def test_chaque_envoi_a_la_reponse_du_courtier(exemple: Exemple) -> None:
    """Taken, returned or refused: what another of the same lot was told, or the one before, says nothing of it."""
    libre, pleine = f"{exemple.nom}.libre", f"{exemple.nom}.pleine"
    refus = {"x-max-length": 0, "x-overflow": "reject-publish"}
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_declare(queue=libre, durable=True, auto_delete=False)
        canal.queue_declare(queue=pleine, durable=True, auto_delete=False, arguments=refus)
        dits = exemple.executer(CHACUN_SA_REPONSE, libre, pleine).splitlines()
        for file in (libre, pleine):
            canal.queue_delete(queue=file)
    assert dits == ["[True, False]", "[False, True]", "MessageNacked", "MessageNacked", "[True]", "[True]", "True 1"]


def test_un_mot_du_courtier_ne_vaut_que_pour_ce_qu_il_nomme() -> None:
    """It may take the second of two messages, and refuse the first a moment later."""
    for plusieurs, attendus in ((False, {1, 3}), (True, {3})):
        ligne = Ligne(confirmee=True)
        ligne._attendus = {1, 2, 3}
        ligne._noter_pris(2, plusieurs)
        assert ligne._attendus == attendus


def test_qui_publie_pendant_qu_un_autre_publie_a_sa_reponse_a_lui(exemple: Exemple) -> None:
    """Else what no queue took passes for taken: a listener would take off its queue what waits nowhere. Nor does a
    heartbeat go out in the middle of what another writes; and the line that it finds dead serves nobody any more.
    """
    file = f"{exemple.nom}.de-front"
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_declare(queue=file, durable=True, auto_delete=False)
        dits = exemple.executer(DE_FRONT, file)
        canal.queue_delete(queue=file)
    assert dits.splitlines() == [f"{[False, True] * 4} 1", "il attend", "None"]


def test_une_file_que_quelqu_un_lit_n_est_pas_effacee_pour_etre_refaite(exemple: Exemple) -> None:
    """Another replica was quicker: the calls that it holds already would go with it."""
    file = f"{exemple.nom}.refaite"
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_declare(queue=file, durable=True, auto_delete=False)
        lecteur = canal.basic_consume(queue=file)
        exemple.executer(REFAIRE, file)
        assert canal.queue_declare(queue=file, passive=True)
        canal.basic_cancel(lecteur)
        exemple.executer(REFAIRE, file)
        with pytest.raises(NotFound):
            canal.queue_declare(queue=file, passive=True)


def test_une_ligne_qui_ne_dit_rien_reste_ouverte(exemple: Exemple) -> None:
    """The broker closes one that is silent for two heartbeats: the first answer that leaves by it then is lost.

    The same tell of a broker that says nothing any more; and one that says nothing at all is not waited for either.
    """
    assert exemple.executer(AU_REPOS, f"{exemple.nom}_gardes").split() == ["questions", "réponses", *["10", "3"] * 2]


def test_qui_rend_un_message_sur_une_ligne_rompue_en_veut_une_autre(exemple: Exemple) -> None:
    """Seen deaf for ever: kombu had opened a line, on which the service read none of its queues."""
    assert exemple.executer(ROMPUE_EN_RENDANT).strip() == "une autre ligne"


def test_une_file_que_l_on_cherche_longtemps_n_use_pas_la_ligne(exemple: Exemple) -> None:
    """Each look left a channel open: after three hours none was left, and the line of all the queues was lost."""
    assert exemple.executer(SANS_SA_FILE, f"{exemple.nom}.absente").splitlines()[-1] == "1 0"


def test_qui_demande_sur_une_ligne_rompue_entend_les_reponses_de_la_suivante(exemple: Exemple) -> None:
    """The same on the other side: a gateway would have answered 503 to everybody until it was started again."""
    assert exemple.executer(ROMPUE_EN_ECRIVANT, f"{exemple.nom}_gardes").strip() == "répondu"


def test_publier_ne_lit_pas_ce_qu_un_autre_lit(exemple: Exemple) -> None:
    assert exemple.executer(SANS_LIRE).strip() == "[]"


def test_une_ligne_rompue_se_refait_sans_rien_perdre_du_message(exemple: Exemple) -> None:
    file = f"{exemple.nom}.essai-de-ligne"
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        Queue(file, durable=True)(canal).queue_declare()
        assert exemple.executer(RENVOI, file).strip() == "fini"
        recus = [canal.basic_get(queue=file, no_ack=True) for _ in range(3)]
        canal.queue_delete(queue=file)
    assert [m.headers for m in recus] == [{"ceres-essai": n} for n in (1, 2, 3)]
    assert [m.properties["message_id"] for m in recus] == ["1", "2", "3"]
    assert [orjson.loads(m.body) for m in recus] == [{"n": n} for n in (1, 2, 3)]


def test_un_courtier_qui_ne_dit_plus_rien_n_est_pas_attendu_sans_fin(exemple: Exemple) -> None:
    """Neither its word on what it was sent, nor that it reads it: all that the process publishes would wait behind."""
    file = f"{exemple.nom}.muette"
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_declare(queue=file, durable=True, auto_delete=False)
        dits = exemple.executer(MUETTE, file).split()
        canal.queue_delete(queue=file)
    assert dits == ["True"] * 3


def test_un_courtier_absent_se_sait_vite(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    exemple.env["AMQP_URL"] = "amqp://guest:guest@127.0.0.1:9//"
    assert float(exemple.executer(SANS_COURTIER)) < 7


def test_un_courtier_absent_longtemps_est_retrouve_aussi_vite(exemple_a_soi: Callable[..., Exemple]) -> None:
    """kombu would wait for longer each time: after two minutes, services came back 23 s after the broker."""
    exemple = exemple_a_soi()
    exemple.env["AMQP_URL"] = "amqp://guest:guest@127.0.0.1:9//"
    dites = [float(dit) for dit in exemple.executer(SANS_FIN).splitlines() if "[" not in dit]
    assert len(dites) == 2
    assert all(0 < dite <= 2 for dite in dites)


def test_les_noms_disent_qui_ecoute_quoi() -> None:
    assert file_rpc("jures").name == "rpc.jures"
    assert file_rpc("jures").auto_delete
    liens = file_evenements("jures.titres", "referentiel.titre_publie").bindings
    assert {lien.routing_key for lien in liens} == {"referentiel.titre_publie", "#.jures.titres"}
    liens = file_evenements("jures.sessions", "sessions.session_modifiee", "sessions.instruction_modifiee").bindings
    assert {lien.routing_key for lien in liens} > {"sessions.session_modifiee", "sessions.instruction_modifiee"}
    assert file_morts("jures").name == "jures.morts"
    assert [attente(delai).name for delai in (5, 0.5)] == ["ceres.attente.5s", "ceres.attente.0.5s"]
    assert (attente(0.5).queue_arguments or {})["x-message-ttl"] == 500


def test_la_topologie_trouve_chaque_ecouteur() -> None:
    assert ecouteurs([MODULE]) == [("exemple.choses", "exemple.chose_arrivee")]


def test_ce_qui_voyage_est_du_json() -> None:
    assert en_json({1: ["é"]}) == '{"1":["é"]}'
    with pytest.raises(TypeError):
        en_json({"x": object()})
