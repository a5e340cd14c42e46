"""A process's life: it serves, drains on SIGTERM (what is begun ends, is answered, is not done again), and goes."""

import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace

import orjson
import pytest
from kombu import Message

from commun import runner
from commun.bus.consumer import Consommateur
from commun.config import Config, ReglageFaux
from commun.runner import lancer, reglages
from commun.storage.db import nouvel_id
from local.ports import port_libre
from tests.commun.bus.test_inbox import deposer
from tests.commun.exemple import Exemple
from tests.outils.attente import attendre


def test_arrete_pendant_qu_il_demarre_chaque_ecouteur_se_retire() -> None:
    """Seen ending on an error: nameko's own says that the last has left, each time, as long as it has not begun."""
    consommateur = Consommateur()
    for ecouteur in ("les appels", "les événements"):
        consommateur.unregister_provider(ecouteur)


def test_arrete_des_qu_il_demarre_il_s_en_va_aussi(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen there for 25 s, then ending on an error, six times out of ten: it went on reading its queues."""
    port = port_libre()
    processus = exemple_a_soi(CERES_PORT_EXPLOITATION=str(port)).engendrer()
    while processus.vit and not _ecoute(port):  # it does as the start begins
        time.sleep(0.005)
    processus.demander_fin()
    attendre(lambda: not processus.vit)
    assert processus.code == 0


def _ecoute(port: int) -> bool:
    with socket.socket() as prise:
        return prise.connect_ex(("127.0.0.1", port)) == 0


def test_deux_messages_de_meme_numero_sur_deux_canaux_sont_tous_deux_en_main() -> None:
    """Each channel counts from one: the first given back would have the line closed on the other.

    Until it is given back, be it to a line that has just gone: else who is told to stop would stay for it.
    """

    def rompre(_: Message) -> None:
        raise BrokenPipeError

    livraison = {"delivery_tag": 1, "delivery_info": {"routing_key": "x"}}
    consommateur, recus = Consommateur(), [Message(channel=object(), **livraison) for _ in range(2)]
    consommateur.container = SimpleNamespace(spawn_managed_thread=lambda *_, **__: None)
    ecouteur = SimpleNamespace(handle_message=lambda corps, message: None)
    for message in recus:
        consommateur.handle_message(ecouteur, {}, message)
    finis = []
    for message in recus:
        consommateur._rendre(message, rompre)
        consommateur.on_iteration()
        finis.append(consommateur.should_stop)
    assert finis == [False, True]


def test_une_replique_ne_prend_pas_plus_qu_elle_ne_fait(exemple_a_soi: Callable[..., Exemple]) -> None:
    """What waits stays in the queue, for whoever is free; and of two workers, events leave one to who waits."""
    exemple = exemple_a_soi(CERES_OUVRIERS="2")
    processus = exemple.lancer()
    for _ in range(10):
        deposer(exemple, orjson.dumps({"cle": "lent", "pause": 4}), message_id=nouvel_id())
    attendre(exemple.en_pause)
    time.sleep(0.5)
    assert exemple.faire("pid", exemple.appel(delai=2.5)) == processus.pid
    assert exemple.en_file(f"{exemple.nom}.choses") > 0


def test_ce_qui_est_commence_finit_une_fois_et_le_processus_s_en_va(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Another replica is there to take what would come back: a command whose acknowledgement was lost."""
    exemple = exemple_a_soi()
    processus, compteurs = exemple.lancer(), [nouvel_id() for _ in range(5)]
    with exemple.rpc() as rpc:
        corps = {"pause": 4.0}
        appels = [rpc.envoyer(exemple.nom, "ajouter", exemple.appel(), compteur_id=c, corps=corps) for c in compteurs]
        attendre(lambda: exemple.en_pause() == 5)
        os.kill(processus.pid, signal.SIGTERM)
        assert exemple.en_pause() == 5  # it was told to stop while they were under way
        exemple.lancer()
        reponses = [rpc.attendre(appel) for appel in appels]
        fini = time.monotonic()
        attendre(lambda: not processus.vit)
    assert processus.code == 0
    assert [r["valeur"] for r in reponses] == [1] * 5
    assert time.monotonic() - fini < 10  # of the 25 that one who is waited for in vain has
    exemple.faire("pid")
    assert [exemple.valeur(c) for c in compteurs] == [1] * 5


def test_un_evenement_en_main_est_acquitte_avant_la_fin(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    processus = exemple.lancer()
    deposer(exemple, orjson.dumps({"cle": "lent", "pause": 1.5}), message_id=nouvel_id())
    attendre(exemple.en_pause)
    processus.arreter()
    assert len(exemple.effets("lent")) == 1
    assert exemple.en_file(f"{exemple.nom}.choses") == 0


@pytest.mark.parametrize("signaux", [(signal.SIGTERM, signal.SIGINT), (signal.SIGINT,)])
def test_un_processus_au_repos_s_en_va_vite(
    exemple_a_soi: Callable[..., Exemple], signaux: tuple[signal.Signals, ...]
) -> None:
    """Told twice (Ctrl-C, and the parent that passes it on), it was seen to stay for 25 s, and end on an error."""
    processus = exemple_a_soi().lancer()
    debut = time.monotonic()
    for un in signaux:
        os.kill(processus.pid, un)
        time.sleep(0.05)
    attendre(lambda: not processus.vit)
    assert processus.code == 0
    assert time.monotonic() - debut < 10


def test_sous_la_charge_deux_repliques_se_relaient_sans_une_erreur(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    premiere, compteurs = exemple.lancer(), []
    with exemple.rpc() as rpc:
        appels = []

        def envoyer(nombre: int) -> None:
            for _ in range(nombre):
                compteurs.append(nouvel_id())
                arguments = {"compteur_id": compteurs[-1], "corps": {"pause": 0.02}}
                appels.append(rpc.envoyer(exemple.nom, "ajouter", exemple.appel(), **arguments))
                time.sleep(0.005)

        envoyer(50)
        exemple.lancer()
        envoyer(50)
        premiere.demander_fin()
        envoyer(150)
        reponses = [rpc.attendre(appel) for appel in appels]
        attendre(lambda: not premiere.vit)
    assert premiere.code == 0
    assert [r["valeur"] for r in reponses] == [1] * 250
    assert exemple.sql("SELECT count(*) AS n, max(valeur) AS au_plus FROM compteurs") == [{"n": 250, "au_plus": 1}]


def test_les_evenements_en_main_sont_traites_une_fois(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    premiere = exemple.lancer()
    for _ in range(3):
        deposer(exemple, orjson.dumps({"cle": "lot"}), message_id=nouvel_id())
    for n in range(100):
        deposer(exemple, orjson.dumps({"cle": f"n{n}"}), message_id=nouvel_id())
        if n == 50:
            premiere.demander_fin()
    attendre(lambda: not premiere.vit)
    exemple.lancer()
    attendre(lambda: exemple.en_file(f"{exemple.nom}.choses") == 0)
    par_cle = "SELECT cle, count(*) AS n FROM effets WHERE cle <> 'tour' GROUP BY cle"
    attendre(lambda: len(exemple.sql(par_cle)) == 101)
    assert {ligne["cle"]: ligne["n"] for ligne in exemple.sql(par_cle)} == {f"n{n}": 1 for n in range(100)} | {"lot": 3}
    assert exemple.en_file(f"{exemple.nom}.morts") == 0


def test_ce_qui_reste_a_publier_part_avant_la_fin(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    premiere = exemple.lancer()
    for n in range(20):
        exemple.publier("chose_arrivee", cle=f"dernier{n}")
    premiere.arreter()
    assert exemple.sql("SELECT 1 FROM outbox WHERE publie_le IS NULL") == []


def test_le_ramasse_miettes_ne_relit_pas_ce_qui_est_charge_pour_servir(exemple: Exemple) -> None:
    """Seen: one page of sessions in twelve waited 90 ms for it."""
    assert exemple.faire("figes") > 50_000


@pytest.mark.parametrize("adresse", ["203.0.113.1", "::1", "x" * 64])
def test_une_adresse_ou_l_on_ne_peut_pas_ecouter_arrete_le_processus_d_une_phrase(
    adresse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another machine, of the other kind, of none. Seen ending on nameko's traceback, or on eventlet's."""
    monkeypatch.setattr(runner, "config", lambda: Config(adresse=adresse))
    with pytest.raises(ReglageFaux, match=r"^CERES_ADRESSE='.+' n'est pas une adresse IPv4 de cette machine\.$"):
        lancer([])


def test_un_processus_prend_les_descripteurs_que_le_systeme_lui_laisse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand, as most systems give first, two thousand open pages would leave none to who comes in."""
    pose, permis = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(runner, "_exiger_adresse", lambda _: sys.exit("prêt"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (permis - 1, permis))
    try:
        with pytest.raises(SystemExit, match="prêt"):
            lancer([])
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (permis, permis)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (pose, permis))


def test_les_reglages_de_nameko_viennent_de_la_configuration() -> None:
    vus = reglages(Config(amqp="amqp://x//", ouvriers=7, adresse="0.0.0.0", port=81))
    assert vus == {
        "AMQP_URI": "amqp://x//",
        "AMQP_SSL": None,
        "HEARTBEAT": 10,
        "max_workers": 7,
        "WEB_SERVER_ADDRESS": "0.0.0.0:81",
    }
