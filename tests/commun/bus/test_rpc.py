"""Calls between services: answers, refusals, deadlines; nothing of a fault crosses, nothing is done for nobody."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from kombu import Connection

from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.storage.db import nouvel_id
from tests.commun.exemple import Exemple
from tests.conftest import demander
from tests.outils.attente import attendre
from tests.outils.rpc import Refuse, Rpc, SansReponse

NOM_PROPRE = "DURAND-MARTIN"


def test_cent_appels_melanges_recoivent_chacun_leur_reponse(exemple: Exemple) -> None:
    with exemple.rpc() as rpc:
        attendus = {}
        for n in range(100):
            compteur = nouvel_id()
            attendus[rpc.envoyer(exemple.nom, "ajouter", exemple.appel(), compteur_id=compteur, corps={"n": n})] = (
                compteur,
                n,
            )
        for numero, (compteur, n) in attendus.items():
            assert rpc.attendre(numero) == {"id": compteur, "valeur": n, "version": 1}


@pytest.mark.parametrize("jeton", ["", "faux", "a.b.c"])
def test_sans_jeton_valable_rien_n_est_fait(exemple: Exemple, jeton: str) -> None:
    compteur = nouvel_id()
    with pytest.raises(Refuse) as refus:
        exemple.faire("ajouter", exemple.appel(jeton=jeton), compteur_id=compteur, corps={})
    assert (refus.value.code, exemple.valeur(compteur)) == ("NON_AUTHENTIFIE", 0)
    with pytest.raises(Refuse, match="NON_AUTHENTIFIE"):  # even where nothing is read of who asks
        exemple.faire("dormir", exemple.appel(jeton=jeton), secondes=0)


@pytest.mark.parametrize("corps", [{"nom": NOM_PROPRE}, {"nom": NOM_PROPRE, "en_base": True}], ids=["code", "base"])
def test_rien_d_une_faute_ne_traverse_ni_ne_se_lit_au_journal(exemple: Exemple, corps: dict[str, Any]) -> None:
    appel = exemple.appel()
    with pytest.raises(Refuse) as refus:
        exemple.faire("echouer", appel, corps=corps)
    assert set(refus.value.clair) == {"statut", "code", "detail"}
    assert refus.value.code == "ERREUR_INTERNE"
    exemple.dit(appel.requete, "erreur", "commands.py")  # where it was, for who mends it
    for secret in (NOM_PROPRE, "SELECT", "INSERT"):
        assert secret not in str(refus.value)
        assert secret not in exemple.journal


def test_la_requete_se_suit_dans_le_journal(exemple: Exemple) -> None:
    appel = exemple.appel()
    exemple.faire("ajouter", appel, compteur_id=nouvel_id(), corps={})
    assert "fait" in exemple.dit(appel.requete, "methode=ajouter")


@pytest.mark.parametrize(
    ("methode", "kwargs"),
    [("inconnue", {}), ("ajouter", {}), ("ajouter", {"compteur_id": "x", "corps": {}, "autre": 1}), ("acte", {})],
)
def test_un_appel_mal_forme_a_sa_reponse_et_sa_ligne_au_journal(
    exemple: Exemple, methode: str, kwargs: dict[str, Any]
) -> None:
    with pytest.raises(Refuse) as refus:
        exemple.faire(methode, **kwargs)
    assert refus.value.code == "ERREUR_INTERNE"
    exemple.dit("appel_mal_forme", f"methode={exemple.nom}.{methode}")


@pytest.mark.parametrize(
    ("corps", "proprietes"),
    [
        (b"pas du JSON", {}),
        (b"[]", {}),
        (b"null", {}),
        (b'{"args": 3, "kwargs": []}', {}),
        (orjson.dumps({"args": [], "kwargs": {}}), {"reply_to": None}),
        (orjson.dumps({"args": [], "kwargs": {}}), {"headers": {"ceres-delai": "x", "ceres-jeton": [1]}}),
    ],
    ids=["illisible", "liste", "null", "mauvais types", "sans retour", "en-têtes"],
)
def test_aucun_message_ne_fait_tomber_le_service(exemple: Exemple, corps: bytes, proprietes: dict[str, Any]) -> None:
    pid = exemple.faire("pid")
    with exemple.rpc() as rpc:
        rpc.envoyer_brut(f"{exemple.nom}.pid", corps, **proprietes)
    for _ in range(3):
        assert exemple.faire("pid") == pid


@pytest.mark.parametrize("methode", ["illisible", "enorme"])
def test_un_resultat_que_le_bus_ne_porte_pas_est_une_faute_dite_tout_de_suite(exemple: Exemple, methode: str) -> None:
    debut = time.monotonic()
    with pytest.raises(Refuse) as refus:
        exemple.faire(methode)
    assert refus.value.code == "ERREUR_INTERNE"
    assert time.monotonic() - debut < 5  # who calls would wait ten


def test_personne_n_ecoute_se_sait_tout_de_suite(amqp_url: str) -> None:
    with Rpc(amqp_url) as rpc, pytest.raises(SansReponse):
        debut = time.monotonic()
        rpc.appeler("service_qui_n_existe_pas", "pid")
    assert time.monotonic() - debut < 5  # who calls would wait ten


def test_une_file_d_appels_perdue_avec_son_noeud_est_refaite(exemple_a_soi: Callable[..., Exemple]) -> None:
    """RabbitMQ kept it for the node's return: calls, and with them events, waited for as long as it was away."""
    exemple = exemple_a_soi()
    exemple.lancer()
    assert _repond(exemple)
    demander("perdre_file", f"rpc.{exemple.nom}")
    assert attendre(
        lambda: _repond(exemple), 60
    )  # some ten seconds; twenty where it was there yet as it was looked for


@pytest.mark.parametrize("perte", ["oublier_file", "egarer_chemin"])
def test_ce_que_le_courtier_perd_sans_le_dire_est_refait(exemple_a_soi: Callable[..., Exemple], perte: str) -> None:
    """As it deals with a node that went: who reads the queue believed it there, and was called no more, for ever."""
    exemple = exemple_a_soi()
    processus = exemple.lancer()
    assert _repond(exemple)
    demander(perte, f"rpc.{exemple.nom}")
    if perte == "egarer_chemin" and _repond(exemple):
        pytest.skip("ce RabbitMQ ne perd pas l'un sans l'autre")
    assert not _repond(exemple)
    assert attendre(lambda: _repond(exemple), 60)  # some five seconds on a line just made, whatever was lost
    os.kill(processus.pid, signal.SIGKILL)  # the broker is long to let go of a queue that it has forgotten


def test_ce_qui_se_refait_ne_manque_a_personne(exemple: Exemple) -> None:
    """Each way to a queue of calls is undone in its turn: whoever dies then, the other is there."""
    with Connection(exemple.amqp_url) as ligne:
        file = file_rpc(exemple.nom)(ligne.channel())
        for chemin in file.bindings:
            chemin.unbind(file)
            assert _repond(exemple)
            chemin.bind(file)


def _repond(exemple: Exemple) -> bool:
    with exemple.rpc() as rpc:
        try:
            return bool(rpc.appeler(exemple.nom, "pid", exemple.appel(delai=1.0)))
        except SansReponse:
            return False


def test_ce_que_personne_n_attend_plus_n_est_pas_fait(exemple_a_soi: Callable[..., Exemple]) -> None:
    """The callee is frozen with one call in hand and one in its queue; both were given up before it wakes. So was one
    that had been sent to it, and lay in the system's memory while it slept: nothing there grows old.
    """
    exemple = exemple_a_soi(CERES_OUVRIERS="1")
    processus = exemple.lancer()
    en_main, en_file, en_route = nouvel_id(), nouvel_id(), nouvel_id()
    with exemple.rpc() as rpc:
        appel = exemple.appel(delai=1.0)
        premier = rpc.envoyer(exemple.nom, "ajouter", appel, compteur_id=en_main, corps={"pause": 1.5})
        second = rpc.envoyer(exemple.nom, "ajouter", appel, compteur_id=en_file, corps={})
        attendre(exemple.en_pause)
        os.kill(processus.pid, signal.SIGSTOP)
        for numero in (premier, second):
            with pytest.raises(SansReponse):
                rpc.attendre(numero, 1.0)
        time.sleep(0.3)
        os.kill(processus.pid, signal.SIGCONT)
        attendre(lambda: exemple.en_file(f"rpc.{exemple.nom}") == 0)
        assert rpc.appeler(exemple.nom, "pid", exemple.appel()) == processus.pid
        os.kill(processus.pid, signal.SIGSTOP)
        troisieme = rpc.envoyer(exemple.nom, "ajouter", appel, compteur_id=en_route, corps={})
        with pytest.raises(SansReponse):
            rpc.attendre(troisieme, 1.0)
        time.sleep(1.5)
        os.kill(processus.pid, signal.SIGCONT)
        assert rpc.appeler(exemple.nom, "pid", exemple.appel()) == processus.pid
    assert exemple.valeur(en_main) == exemple.valeur(en_file) == exemple.valeur(en_route) == 0


def test_tue_apres_le_commit_la_meme_cle_n_applique_pas_deux_fois(
    exemple_a_soi: Callable[..., Exemple], tmp_path: Any
) -> None:
    exemple, temoin, compteur = exemple_a_soi(), tmp_path / "temoin", nouvel_id()
    processus = exemple.lancer()
    temoin.touch()
    appel = exemple.appel(cle="la-meme", empreinte="e", delai=3.0)
    arguments = {"compteur_id": compteur, "corps": {}, "temoin": str(temoin)}
    with exemple.rpc() as rpc:
        numero = rpc.envoyer(exemple.nom, "ajouter_puis_mourir", appel, **arguments)
        attendre(lambda: not processus.vit)
        assert exemple.valeur(compteur) == 1
        with pytest.raises(SansReponse):
            rpc.attendre(numero, 0.1)
    exemple.lancer()
    assert exemple.faire("ajouter_puis_mourir", appel, **arguments) == {"id": compteur, "valeur": 1, "version": 1}
    assert exemple.valeur(compteur) == 1
    assert len(exemple.sql("SELECT 1 FROM traces WHERE objet_id = %s", compteur)) == 1


CLIENT = """
import eventlet; eventlet.monkey_patch()
import os, sys, time
os.environ["CERES_DELAI_APPEL"] = sys.argv[3]
from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.domain.errors import Indisponible
from commun.bus.rpc import client
debut = time.monotonic()
try:
    print(client.appeler(sys.argv[1], "dormir", Appel("r", delai=float(sys.argv[3])), secondes=float(sys.argv[2])))
except Indisponible as refus:
    print(type(refus).__name__, end=" ")
print(round(time.monotonic() - debut, 2))
"""


SANS_FOI = """
import eventlet; eventlet.monkey_patch()
import sys
from prometheus_client import REGISTRY
from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.domain.errors import Refus
from commun.bus.rpc import client
for jeton in ("faux", ""):
    try:
        client.appeler(sys.argv[1], "ajouter", Appel("r", jeton, delai=9.0), compteur_id=sys.argv[2], corps={})
    except Refus as refus:
        print(refus.en_clair()["code"])
for issue in ("panne", "refus"):
    vues = {"methode": f"{sys.argv[1]}.ajouter", "issue": issue}
    print(REGISTRY.get_sample_value("ceres_appels_sortants_secondes_count", vues))
"""


TROP = """
import eventlet; eventlet.monkey_patch()
import sys
from commun.bus import rpc
from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.domain.errors import Refus
ecrire, attendre = rpc.en_json, eventlet.patcher.original("time").sleep
def essayer(delai, secondes):
    try:
        return rpc.client.appeler(sys.argv[1], "dormir", Appel("r", delai=delai), secondes=secondes)
    except Refus as refus:
        return refus.code
voisin = eventlet.spawn(essayer, 20, 1)
eventlet.sleep(0.3)
print(essayer(20, "é" * 8_500_000))
rpc.en_json = lambda corps: attendre(0.02) or ecrire(corps)  # it is late once it is written
print(essayer(0.01, 0))
print(voisin.wait())
"""


LIGNE = """
import eventlet; eventlet.monkey_patch()
import socket, sys, time
from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.domain.errors import Refus
from commun.bus.rpc import client
def essayer(delai=9.0, **arguments):
    try:
        return client.appeler(sys.argv[1], "dormir", Appel("r", delai=delai), **arguments) and "fait"
    except Refus as refus:
        return refus.en_clair()["code"]
print(essayer(0, secondes=0), client._lecteur)
essayer(secondes=0)
client._suspendre("memory")
print(essayer(0.5, secondes=0))
attend = eventlet.spawn(essayer, secondes=0)
eventlet.sleep(0.1)
client._suspendre("disk")  # said again, as the end of it is
client._reprendre()
client._reprendre()
print(attend.wait(), essayer(0.3, secondes=5), client._attendus, client._canal.no_ack_consumers)
attend, debut = eventlet.spawn(essayer, secondes=5), time.monotonic()
eventlet.sleep(0.5)
client._ligne.connection.transport.sock.shutdown(socket.SHUT_RDWR)
print(attend.wait(), time.monotonic() - debut < 3)
print(essayer(secondes=0))
attend, rompue = eventlet.spawn(essayer, 0.7, secondes=5), client._ligne
eventlet.sleep(0.3)
illisible = client._canal.prepare_message(b"{", properties={"correlation_id": [*client._attendus][0]})
client._canal.basic_publish(illisible, exchange="ceres.reponses", routing_key=client._adresse)
print(attend.wait(), essayer(secondes=0), rompue.connected)
client._ligne.connection.transport._read = lambda *_: eventlet.sleep(60)  # nothing is heard of the broker any more
client._ligne.heartbeat_check = lambda: 1 / 0  # what one learns, twenty seconds later
eventlet.sleep(2.1)
print(essayer(secondes=0))
with client._verrou:  # it goes as another writes on it, whom this one waits for
    attend = eventlet.spawn(essayer, secondes=0)
    eventlet.sleep(0.1)
    client._rompre()
print(attend.wait())
"""


def test_ce_qui_arrive_a_la_ligne_se_dit_a_temps_a_chaque_appel(exemple: Exemple) -> None:
    """A broker that reads no more, then does again, then goes; what was given up leaves nothing behind, and an answer
    that cannot be read leaves somebody to read the next ones.
    """
    dits = [dit for dit in exemple.executer(LIGNE, f"{exemple.nom}_gardes").splitlines() if "[" not in dit]
    assert dits == [
        "INDISPONIBLE None",
        "INDISPONIBLE",
        "fait INDISPONIBLE {} {'reponses'}",  # nothing is kept of it here, nor by the broker of an answer
        "INDISPONIBLE True",
        "fait",
        "INDISPONIBLE fait False",
        "fait",
        "INDISPONIBLE",
    ]


TARDIF = """
import eventlet; eventlet.monkey_patch()
import sys, time
from commun.bus import rpc
from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.domain.errors import Indisponible
def essayer(delai, muette):
    if muette:  # the broker reads no more, then does again
        rpc.client._suspendre("memory")
        eventlet.spawn_after(muette, rpc.client._reprendre)
    debut = time.monotonic()
    try:
        rpc.client.appeler(sys.argv[1], "dormir", Appel("r", delai=delai), secondes=0)
    except Indisponible as refus:
        return type(refus).__name__, time.monotonic() - debut
essayer(0.5, 0)  # opens the line, which a busy machine may not do in time
print(*essayer(2.0, 1.2), flush=True)
essayer(20.0, 1.0)
"""


def test_une_question_dit_ce_qui_reste_de_patience(exemple: Exemple) -> None:
    """Not what there was before the line was waited for, and its service: it would be done after who asked has gone,
    seen with a broker that came back. Its service then has half of what is left to come back too.

    The broker is left a second less, since it counts from when it reads the question.
    """
    tardif = f"tardif{exemple.nom}"
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        client = exemple.ouvrir(TARDIF, tardif)
        renonce = next(dit.split()[1] for dit in client.stdout if dit.startswith("HorsDePortee"))
        canal.queue_declare(queue=tardif, durable=True, auto_delete=False)
        canal.queue_bind(queue=tardif, exchange="ceres.rpc", routing_key=f"{tardif}.*")
        question = attendre(lambda: canal.basic_get(queue=tardif, no_ack=True))
        canal.queue_delete(queue=tardif)
    client.kill()
    assert 1.5 < float(renonce) < 1.95
    assert question.headers["ceres-delai"] < 19.1
    assert int(question.headers["ceres-delai"] * 1000) - 1000 == int(question.properties["expiration"])


SANS_PERSONNE = """
import eventlet; eventlet.monkey_patch()
import os, sys, time
os.environ["CERES_DELAI_APPEL"] = "1"
from commun.bus import rpc
from commun.bus.appel import Appel
from commun.bus.broker import file_rpc
from commun.domain.errors import Indisponible
def essayer(delai):
    debut = time.monotonic()
    try:
        rpc.client.appeler(sys.argv[1], "dormir", Appel("r", delai=delai), secondes=0)
    except Indisponible as refus:
        print(type(refus).__name__, time.monotonic() - debut)
essayer(0.5)  # opens the line, which a busy machine may not do in time
essayer(30.0)
rpc.client._suspendre("memory")
essayer(30.0)
"""


def test_la_patience_d_un_document_n_est_pas_pour_qui_n_est_pas_la(exemple: Exemple) -> None:
    """A PV was refused after ten seconds, an import after twenty, where `sessions` or `candidats` was dead; after all
    of their time without a bus: the page says so in five (P5).
    """
    dits = [dit for dit in exemple.executer(SANS_PERSONNE, f"absent{exemple.nom}").splitlines() if "[" not in dit]
    (_, _), (service, sans_lui), (bus, sans_bus) = (dit.split() for dit in dits)
    assert (service, bus) == ("HorsDePortee", "Indisponible")
    assert 0.9 < float(sans_lui) < 3 and 0.9 < float(sans_bus) < 3


def test_une_question_que_le_bus_ne_porte_pas_ou_qui_tarde_laisse_celles_des_autres(exemple: Exemple) -> None:
    """RabbitMQ would close the connection that all the process's calls share."""
    dits = exemple.executer(TROP, f"{exemple.nom}_gardes").splitlines()
    *mots, reponse = [dit for dit in dits if "appel_sans_reponse" not in dit]
    assert (mots, reponse.isdecimal()) == (["INVALIDE", "INDISPONIBLE"], True)


@pytest.mark.parametrize(
    ("service", "secondes", "au_moins", "au_plus", "dit"),
    [
        ("{}_gardes", 3, 0.9, 1.4, "Indisponible"),
        ("absent_{}", 0, 0.4, 0.95, "HorsDePortee"),  # nobody listens: half the time, for who restarts
    ],
    ids=["trop lent", "absent"],
)
def test_notre_client_renonce_a_temps(
    exemple: Exemple, service: str, secondes: float, au_moins: float, au_plus: float, dit: str
) -> None:
    def essai() -> float:
        mot, duree = exemple.executer(CLIENT, service.format(exemple.nom), str(secondes), "1").splitlines()[-1].split()
        assert mot == dit and float(duree) > au_moins
        return float(duree)

    assert any(essai() < au_plus for _ in range(3))  # a busy machine is late once or twice, a fault each time


def test_qui_est_identifie_n_a_pas_a_l_etre_de_nouveau_quand_l_appele_n_en_croit_rien(exemple: Exemple) -> None:
    compteur = nouvel_id()
    dits = exemple.executer(SANS_FOI, exemple.nom, compteur).splitlines()
    assert [dit for dit in dits if dit.isupper()] == ["INDISPONIBLE", "NON_AUTHENTIFIE"]
    assert exemple.valeur(compteur) == 0
    assert any("appel_sans_reponse" in dit and f"appelee={exemple.nom}.ajouter" in dit for dit in dits)
    # the alert whose paragraph speaks of clocks and keys counts calls without an answer: seen silent
    assert dits[-2:] == ["1.0", "1.0"], "(panne, refus)"


def test_la_question_de_notre_client_s_eteint_avec_sa_patience(exemple: Exemple) -> None:
    muet = f"muet{exemple.nom}"
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_declare(queue=muet, durable=True, auto_delete=False)
        canal.queue_bind(queue=muet, exchange="ceres.rpc", routing_key=f"{muet}.*")
        client = exemple.ouvrir(CLIENT, muet, "0", "1")
        attendre(lambda: exemple.en_file(muet) == 1)
        assert "\nIndisponible " in client.finir(10)
        attendre(lambda: exemple.en_file(muet) == 0, 1)
        canal.queue_delete(queue=muet)


def test_notre_client_attend_un_service_qui_redemarre(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    client = exemple.ouvrir(CLIENT, f"{exemple.nom}_gardes", "0", "12")
    processus = exemple.lancer()
    assert int(client.finir(15).split()[0]) == processus.pid


def test_l_appel_garde_la_requete_et_la_date_mais_jamais_la_cle() -> None:
    appel = Appel("r", "j", None, 3, "cle", "e", 4)
    assert appel.suivant(1).en_tetes().keys() == {"ceres-requete", "ceres-jeton", "ceres-delai"}
