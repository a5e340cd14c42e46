"""The operations port: alive, able to work, and its metrics."""

import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from local.ports import port_libre
from tests.commun.exemple import MODULE, Exemple
from tests.outils.attente import attendre
from tests.outils.comptes import en_inconnu
from tests.outils.mandataire import Mandataire

SILENCIEUX = """
import eventlet; eventlet.monkey_patch()
import sys
from commun import health
health._SILENCE = 0.3
health.ouvrir(int(sys.argv[1]), {}, lambda: True)
print("ouvert", flush=True)
eventlet.sleep(20)
"""


A_L_ETROIT = """
import eventlet; eventlet.monkey_patch()
import resource, sys
from commun import health
health.ouvrir(int(sys.argv[1]), {}, lambda: True)
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
print("ouvert", flush=True)
eventlet.sleep(20)
"""


def lire(port: int, chemin: str) -> tuple[int, bytes]:
    """Returns the status and body of a page of the operations port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{chemin}", timeout=5) as reponse:
            return reponse.status, reponse.read()
    except urllib.error.HTTPError as erreur:
        return erreur.code, erreur.read()


def repond(port: int) -> bool:
    """Says whether a process says that it lives."""
    with suppress(OSError):
        return lire(port, "/sante/vivant")[0] == 200
    return False


def lire_puis_rien(port: int) -> socket.socket:
    """Returns a line on which a page was read, and more could be."""
    prise = socket.create_connection(("127.0.0.1", port), timeout=5)
    prise.sendall(b"GET /sante/vivant HTTP/1.1\r\nHost: ceres\r\n\r\n")
    assert prise.recv(1000).endswith(b"}")
    return prise


def descripteurs(pid: int) -> int:
    """Returns how many descriptors a process holds."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_vivant_pret_et_mesures(exemple_a_soi: Callable[..., Exemple]) -> None:
    port = port_libre()
    exemple = exemple_a_soi(CERES_PORT_EXPLOITATION=str(port))
    processus = exemple.lancer()
    exemple.publier("chose_arrivee", cle="une")
    attendre(lambda: exemple.effets("une"))
    assert lire(port, "/sante/vivant")[0] == 200
    statut, corps = lire(port, "/sante/pret")
    assert (statut, orjson.loads(corps)) == (
        200,
        {"statut": "ok", "dependances": {f"base {exemple.nom}": "ok", "bus": "ok", "files": "ok"}},
    )
    avant = descripteurs(processus.pid)
    for _ in range(6):
        lire(port, "/sante/pret")
    assert descripteurs(processus.pid) < avant + 4  # no line is left open, to the bus nor to the base
    assert lire(port, "/autre")[0] == 404
    mesures = lire(port, "/metrics")[1].decode()
    for nom in ("ceres_appels_secondes_count", "ceres_evenements_total", "ceres_evenements_publies_total"):
        assert nom in mesures
    assert f'ceres_evenements_total{{ecouteur="{exemple.nom}.choses",issue="fait"}} 1.0' in mesures


def test_l_age_de_la_file_d_attente_compte_ce_que_personne_n_ecoute(exemple_a_soi: Callable[..., Exemple]) -> None:
    port = port_libre()
    exemple = exemple_a_soi(CERES_PORT_EXPLOITATION=str(port))
    exemple.lancer()
    exemple.sql(
        "INSERT INTO outbox (id, evenement, corps, en_tetes, cree_le)"
        " VALUES (gen_random_uuid(), 'personne.n_ecoute', '{}', '{}', now() - interval '1 hour')"
    )

    def age() -> float:
        lignes = lire(port, "/metrics")[1].decode().splitlines()
        dits = (ligne.split()[-1] for ligne in lignes if ligne.startswith("ceres_outbox_age_secondes{"))
        return max(map(float, dits), default=0.0)  # said from the relay's first look on

    attendre(lambda: age() > 3590)
    exemple.sql("DELETE FROM outbox")
    attendre(lambda: age() == 0)  # or the alert would ring for ever


def test_pas_pret_sans_base_ni_bus_mais_vivant(exemple_a_soi: Callable[..., Exemple]) -> None:
    port = port_libre()
    exemple = exemple_a_soi()
    programme = """
import eventlet; eventlet.monkey_patch()
import sys
from commun import health
health.ouvrir(int(sys.argv[1]), {"exemple": "tests.commun.service_exemple"}, lambda: True)
print("ouvert", flush=True)
eventlet.sleep(20)
"""
    with socket.create_server(("127.0.0.1", 0)) as muet:  # a broker that takes the line, and says nothing
        bus = f"amqp://x:x@127.0.0.1:{muet.getsockname()[1]}//"
        exemple.env |= {"DATABASE_URL": "postgresql://x@127.0.0.1:9/x", "AMQP_URL": bus}
        sortie = exemple.ouvrir(programme, str(port)).stdout
        assert sortie.readline() == "ouvert\n"
        statut, corps = lire(port, "/sante/pret")
        vivant = lire(port, "/sante/vivant")[0]
    assert (statut, vivant) == (503, 200)
    dependances = orjson.loads(corps)["dependances"]
    assert dependances.pop("files") == "ok"  # it should read none
    assert dependances == {"base exemple": "ne répond pas", "bus": "ne répond pas"}


def test_qui_ne_dit_rien_n_est_pas_garde_sans_fin(exemple: Exemple) -> None:
    """A collector whose machine is lost says no goodbye: its line was kept for as long as the process lived."""
    port = port_libre()
    sortie = exemple.ouvrir(SILENCIEUX, str(port)).stdout
    assert sortie.readline() == "ouvert\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as muet, lire_puis_rien(port) as apres:
        assert (muet.recv(1), apres.recv(1)) == (b"", b"")
    assert lire(port, "/sante/vivant")[0] == 200


def test_des_descripteurs_epuises_ne_ferment_pas_le_port(exemple: Exemple) -> None:
    """Seen closed for good: a gateway that a thousand clients held would then have been killed by its probes."""
    port = port_libre()
    sortie = exemple.ouvrir(A_L_ETROIT, str(port)).stdout
    assert sortie.readline() == "ouvert\n"
    with ExitStack() as tenues:
        for _ in range(60):
            tenues.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        assert "connexion_en_attente" in sortie.readline()
    assert attendre(lambda: repond(port))


def test_vivant_des_son_depart_et_pret_une_fois_ses_files_lues(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen killed by its probes, again and again, for as long as the bus that it started without was away."""
    port = port_libre()
    exemple = exemple_a_soi()
    bus = urlsplit(exemple.amqp_url)
    fil = Mandataire()
    try:
        assert bus.port
        passage = fil.ouvrir("bus", bus.port)
        fil.couper("bus")
        vers = bus._replace(netloc=f"{bus.username}:{bus.password}@127.0.0.1:{passage}").geturl()
        exemple.engendrer(CERES_PORT_EXPLOITATION=str(port), AMQP_URL=vers)
        attendre(lambda: repond(port))
        statut, corps = lire(port, "/sante/pret")
        assert statut == 503
        personne = f'ceres_file_ecouteurs{{file="{exemple.nom}.choses"}} 0.0'
        assert personne in lire(port, "/metrics")[1].decode()  # or CeresFileSansEcouteur would not ring
        dites = orjson.loads(corps)["dependances"]
        assert dites == {f"base {exemple.nom}": "ok", "bus": "ne répond pas", "files": "pas encore lues"}
        fil.retablir("bus")
        attendre(lambda: lire(port, "/sante/pret")[0] == 200)
    finally:
        fil.fermer()


A_L_ECOUTE = f"""
import eventlet; eventlet.monkey_patch()
import os, signal, sys
from eventlet.event import Event
from kombu.utils import functional
from commun import runner
from commun.bus import consumer, oreille, rpc
from commun.bus.appel import Appel
from commun.bus.consumer import Consommateur

def une_autre_ligne():  # what kombu does of a line that broke as a message was given back, were it not seen
    consumer.tient = lambda ligne, canal: True
    lecteurs[0]._ligne.connection.transport.connected = False

def boucle_prise():  # a fault of ours, whatever it is, in what reads the queues
    Consommateur.on_iteration = lambda lui: Event().wait()

def plus_de_reponses():
    rpc.client._lecteur.kill()

lecteurs, lire = [], Consommateur.get_consumers
Consommateur.get_consumers = lambda lui, *details: lecteurs.append(lui) or lire(lui, *details)
def ecrire():
    parler()
    print("perdu" if oreille._absence._dites else "pris", flush=True)

functional.sleep = lambda secondes: eventlet.sleep(secondes / 20)  # between two looks for a bus
parler, oreille.parler = oreille.parler, ecrire
oreille._TOUR, oreille.DOUTE, oreille.CERTITUDE = 0.3, 2, 4
signal.signal(signal.SIGUSR1, lambda *_: eventlet.spawn(globals()[sys.argv[1]]))
eventlet.spawn_after(2, rpc.client.appeler, os.environ["EXEMPLE_NOM"], "pid", Appel("r", delai=9.0))
runner.lancer([{MODULE!r}])
"""
"""A process that writes to itself often, and becomes deaf when it is told to."""


@pytest.mark.parametrize("comment", ["une_autre_ligne", "boucle_prise", "plus_de_reponses"])
def test_qui_n_entend_plus_le_bus_n_est_plus_pret_puis_plus_vivant(
    exemple_a_soi: Callable[..., Exemple], comment: str
) -> None:
    """Seen ready, and deaf, for ever: it was its own word, and another replica read the same queues."""
    exemple, (port, autre) = exemple_a_soi(), (port_libre(), port_libre())
    exemple.lancer(CERES_PORT_EXPLOITATION=str(autre))
    exemple.env["CERES_PORT_EXPLOITATION"] = str(port)
    processus = exemple.ouvrir(A_L_ECOUTE, comment)
    attendre(lambda: repond(port) and lire(port, "/sante/pret")[0] == 200)
    time.sleep(3)  # a false alarm would have come by then
    assert (lire(port, "/sante/pret")[0], repond(port)) == (200, True)
    processus.send_signal(signal.SIGUSR1)
    attendre(lambda: lire(port, "/sante/pret")[0] == 503)
    dites = orjson.loads(lire(port, "/sante/pret")[1])["dependances"]
    assert dites == {
        f"base {exemple.nom}": "ok",
        "bus": "ok",
        "files": "ce que ce processus s'écrit ne lui revient pas",
    }
    attendre(lambda: not repond(port))
    assert lire(port, "/sante/vivant") == (503, b'{"statut":"sourd"}')
    assert lire(autre, "/sante/pret")[0] == 200


def test_sans_bus_personne_n_est_sourd(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Nobody heard anything: each process would have been started again, for as long as the bus was away."""
    exemple, port, fil = exemple_a_soi(), port_libre(), Mandataire()
    exemple.declarer()
    bus = urlsplit(exemple.amqp_url)
    try:
        assert bus.port
        passage = fil.ouvrir("bus", bus.port)
        vers = bus._replace(netloc=f"{bus.username}:{bus.password}@127.0.0.1:{passage}").geturl()
        exemple.env |= {"CERES_PORT_EXPLOITATION": str(port), "AMQP_URL": vers}
        processus = exemple.ouvrir(A_L_ECOUTE)
        attendre(lambda: repond(port) and lire(port, "/sante/pret")[0] == 200)
        fil.couper("bus")
        perdus = 0
        while perdus < 6:
            perdus += processus.stdout.readline() == "perdu\n"
        dites = orjson.loads(lire(port, "/sante/pret")[1])["dependances"]
        assert (dites["bus"], dites["files"], repond(port)) == ("ne répond pas", "ok", True)
        fil.retablir("bus")
        attendre(lambda: lire(port, "/sante/pret")[0] == 200)
    finally:
        fil.fermer()


def test_qui_est_refuse_par_sa_base_ou_par_le_bus_le_dit_et_dit_pourquoi(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen taken for a server that was down: a password that was changed on one side alone."""
    port = port_libre()
    exemple = exemple_a_soi()
    base, bus = map(en_inconnu, (exemple.url, exemple.amqp_url))
    exemple.engendrer(CERES_PORT_EXPLOITATION=str(port), DATABASE_URL=base, AMQP_URL=bus)
    attendre(lambda: repond(port))
    dites = orjson.loads(lire(port, "/sante/pret")[1])["dependances"]
    refus = "refuse la connexion"
    assert dites == {f"base {exemple.nom}": refus, "bus": refus, "files": "pas encore lues"}
    assert exemple.dit("files_perdues", "AccessRefused", "Login was refused")
    assert exemple.dit("minuterie_en_attente", 'password authentication failed for user "personne"')
