"""The broker and PostgreSQL go and come back: refusals in time meanwhile, no fault, all serving again at once."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import pytest

from commun.storage.db import nouvel_id
from tests.commun.bus.test_inbox import PLEINE, deposer
from tests.commun.bus.test_rpc import CLIENT
from tests.commun.exemple import DELAIS, Exemple
from tests.conftest import demander, systeme_a_part
from tests.outils.attente import attendre
from tests.outils.ordres import programme
from tests.outils.rpc import Refuse, Rpc, SansReponse

SATURE = """
import eventlet; eventlet.monkey_patch()
import sys
from commun.bus.appel import Appel
from commun.domain.errors import Indisponible
from commun.bus.rpc import client
service, jeton, *compteurs = sys.argv[1:]
def ajouter(compteur_id, delai):
    return client.appeler(service, "ajouter", Appel("r", jeton, delai=delai), compteur_id=compteur_id, corps={})
for compteur_id in compteurs[:-1]:
    try:
        ajouter(compteur_id, 1.0)
    except Indisponible:
        print("indisponible")
print("fait", ajouter(compteurs[-1], 60.0)["valeur"])
"""

SANS_REPONSE = """
import eventlet; eventlet.monkey_patch()
from commun.bus.broker import ATTENTE, Envoi, Ligne
with eventlet.Timeout(20, False):
    try:
        Ligne(confirmee=True).publier(Envoi({}, ATTENTE.name, "0.2s.x", mandatory=True, proprietes={"message_id": "x"}))
    except TimeoutError:
        print("à temps")
"""

_arretes: set[str] = set()


@pytest.fixture(scope="module")
def amqp_url() -> Iterator[str]:
    """A broker, and a PostgreSQL beside it, that only these tests use."""
    with systeme_a_part():
        yield demander("amqp_url")


def couper(arret: str, serveur: str) -> None:
    """Stops (`arreter`) or kills (`tuer`) « postgres » or « rabbit »."""
    _arretes.add(serveur)
    demander(arret, serveur)


def demarrer(serveur: str) -> None:
    """Starts it again; returns when it answers."""
    demander("demarrer", serveur)
    _arretes.discard(serveur)


@pytest.fixture
def servi(exemple_a_soi: Callable[..., Exemple]) -> Iterator[Exemple]:
    """An example that serves; what the test stopped is started again."""
    exemple = exemple_a_soi()
    exemple.lancer()
    yield exemple
    for serveur in list(_arretes):
        demarrer(serveur)


def _rpc(exemple: Exemple, secondes: float) -> Rpc:
    """Returns a caller, once the broker takes connections."""

    def ouvrir() -> Rpc | None:
        try:
            return exemple.rpc()
        except OSError:
            return None

    caller: Rpc = attendre(ouvrir, secondes)
    return caller


@pytest.mark.parametrize("arret", ["arreter", "tuer"])
def test_le_courtier_redemarre(servi: Exemple, arret: str) -> None:
    """All that was on its way arrives, and who called meanwhile, with time to wait for it, is answered."""
    processus = servi.processus[0]
    servi.faire("prendre", objet_id=nouvel_id(), autre_id=nouvel_id())  # opens the line of its own calls
    for n in range(5):
        servi.publier("chose_arrivee", cle=f"avant{n}")
    couper(arret, "rabbit")
    client = servi.ouvrir(CLIENT, f"{servi.nom}_gardes", "0", "240")
    dites = [next(ligne.split("bus_perdu")[1] for ligne in client.stdout if "bus_perdu" in ligne)]
    pendant = f'{{"cle": "pendant-{arret}"}}'
    servi.sql(  # committed while the broker is away
        "INSERT INTO outbox (id, evenement, corps, en_tetes) VALUES (%s, %s, %s, %s)",
        nouvel_id(), f"{servi.nom}.chose_arrivee", pendant, '{"ceres-requete": "r-pendant"}',
    )  # fmt: skip
    time.sleep(1)  # it looks for it again, in vain
    assert processus.vit
    demarrer("rabbit")
    debut = time.monotonic()
    with _rpc(servi, 15) as rpc:
        assert rpc.appeler_quand_pret(servi.nom, "pid", 15) == processus.pid
    assert time.monotonic() - debut < 15
    (effet,) = attendre(lambda: servi.effets(f"pendant-{arret}"))
    assert effet["requete"] == "r-pendant"
    attendre(lambda: all(len(servi.effets(f"avant{n}")) == 1 for n in range(5)))
    assert servi.faire("prendre", objet_id=nouvel_id(), autre_id=nouvel_id())  # its own calls go out again
    cle = nouvel_id()
    servi.publier("chose_arrivee", cle=cle)
    attendre(lambda: servi.effets(cle))
    *journal, pid, duree = client.stdout.read().splitlines()
    assert int(pid) == processus.pid
    dites += [ligne.split("bus_perdu")[1] for ligne in journal if "bus_perdu" in ligne]
    minutes = 1 + float(duree) // 60
    assert all(dites.count(dite) <= minutes for dite in dites)  # each reason once, however often it was looked for
    assert processus.vit


def test_ce_qui_fut_refuse_pendant_que_le_courtier_saturait_n_est_pas_fait_ensuite(servi: Exemple) -> None:
    """But what told us that it reads no more: it had left by then. Once it reads again, who called then calls again."""
    compteurs = [nouvel_id() for _ in range(6)]
    demander("saturer", 0.00001)
    try:
        client = servi.ouvrir(SATURE, servi.nom, servi.appel().jeton or "", *compteurs)
        assert len(list(islice((dit for dit in client.stdout if dit == "indisponible\n"), 5))) == 5
    finally:
        demander("saturer", 0.6)
    assert "fait 1\n" in client.stdout  # behind what it had written, which was read first
    assert [servi.valeur(compteur) for compteur in compteurs[1:]] == [0] * 4 + [1]


@pytest.mark.parametrize("ordre", ["repliques reconstruire gateway", "morts rejouer --tous"])
def test_une_commande_ne_se_tait_pas_devant_un_courtier_sature(servi: Exemple, ordre: str) -> None:
    """For a quarter of an hour, or for ever: it waited to be read, for an alarm that nobody had spoken of."""
    assert servi.processus
    demander("saturer", 0.00001)
    try:
        fait = programme(*ordre.split(), AMQP_URL=demander("bus_de", "exploitation"))
    finally:
        demander("saturer", 0.6)
    assert fait.returncode == 3 and "RabbitMQ ne prend plus rien" in fait.stderr


def test_qui_publie_n_attend_pas_sans_fin_un_courtier_sature(servi: Exemple) -> None:
    """Each heartbeat of the broker gave it the whole of its time again: a minute, or as long as the alarm lasted."""
    demander("saturer", 0.00001)
    try:
        assert servi.executer(SANS_REPONSE) == "à temps\n"
    finally:
        demander("saturer", 0.6)


@pytest.fixture
def sans_place(servi: Exemple) -> Iterator[list[str]]:
    """Events that fail for want of room in the base, while the broker, on the same full disk, takes nothing more."""
    cles = [nouvel_id() for _ in range(5)]
    servi.sql(PLEINE)
    for cle in cles:
        deposer(servi, f'{{"cle": "{cle}"}}'.encode(), message_id=nouvel_id())
    demander("saturer", 0.00001)
    try:
        yield cles
    finally:
        demander("saturer", 0.6)


def test_ce_que_le_courtier_sature_ne_prend_pas_reste_en_main(servi: Exemple, sans_place: list[str]) -> None:
    """Given back, it came again at once: at the sixth time, a minute later, the broker had set it aside."""
    servi.dit("renvois_en_attente")
    essais = servi.journal.count("evenement_remis")
    time.sleep(12)  # those that it held already are tried meanwhile, once each
    assert servi.journal.count("evenement_remis") <= essais + len(sans_place)
    demander("saturer", 0.6)
    servi.sql("DROP TRIGGER pleine ON inbox")
    attendre(lambda: all(len(servi.effets(cle)) == 1 for cle in sans_place))
    assert servi.en_file(f"{servi.nom}.morts") == 0


def test_qui_s_arrete_rend_ce_que_le_courtier_sature_ne_prend_pas(servi: Exemple, sans_place: list[str]) -> None:
    processus = servi.processus[0]
    servi.dit("renvois_en_attente")
    processus.arreter()
    assert processus.code == 0
    assert servi.en_file(f"{servi.nom}.choses") == len(sans_place)


def test_le_courtier_tombe_sous_la_charge(servi: Exemple) -> None:
    """Every answered addition is there once; an unanswered one, sent again under its key, is too."""
    cles, acquis = list[str](), set[str]()

    def passer(suite: Iterable[str]) -> bool:
        try:
            with servi.rpc() as rpc:
                for cle in suite:
                    appel = servi.appel(cle=cle, empreinte="e", delai=1.5)
                    rpc.appeler(servi.nom, "ajouter", appel, compteur_id=cle, corps={})
                    acquis.add(cle)
        except (SansReponse, OSError):
            return False
        return True

    def sans_fin() -> Iterator[str]:
        coupure = threading.Thread(target=couper, args=["tuer", "rabbit"])
        while True:
            if len(cles) == 40:
                coupure.start()
            cles.append(nouvel_id())
            yield cles[-1]

    assert not passer(sans_fin())
    assert 40 <= len(acquis) < len(cles)
    demarrer("rabbit")
    attendre(lambda: passer([cle for cle in cles if cle not in acquis]))
    assert {servi.valeur(cle) for cle in cles} == {1}
    assert servi.processus[0].vit


@pytest.mark.parametrize("arret", ["arreter", "tuer"])
def test_postgresql_redemarre(servi: Exemple, arret: str) -> None:
    processus, compteur = servi.processus[0], nouvel_id()
    with servi.rpc() as rpc:  # several pooled connections, all of them dead in a moment
        appels = [rpc.envoyer(servi.nom, "dormir", servi.appel(), secondes=0.2) for _ in range(8)]
        for appel in appels:
            rpc.attendre(appel)
    couper(arret, "postgres")
    for _ in range(3):
        debut = time.monotonic()
        with pytest.raises(Refuse) as refus:
            servi.faire("ajouter", compteur_id=compteur, corps={})
        assert refus.value.code == "INDISPONIBLE"
        assert time.monotonic() - debut < 4.5
    demarrer("postgres")
    assert servi.faire("ajouter", compteur_id=compteur, corps={})["valeur"] == 1
    servi.publier("chose_arrivee", cle=compteur)
    attendre(lambda: servi.effets(compteur))
    assert processus.vit


def test_des_connexions_mortes_au_repos_ne_se_voient_pas(servi: Exemple) -> None:
    """PostgreSQL came back while nobody asked: each connection of the pool is tried before it is used."""
    with servi.rpc() as rpc:
        appels = [rpc.envoyer(servi.nom, "dormir", servi.appel(), secondes=0.2) for _ in range(8)]
        for appel in appels:
            rpc.attendre(appel)
    couper("arreter", "postgres")
    time.sleep(0.6)  # a connection that served within half a second is taken at its word: see `commun.storage.db`
    demarrer("postgres")
    for _ in range(20):
        servi.faire("ajouter", compteur_id=nouvel_id(), corps={})


def test_un_evenement_attend_la_base_aussi_longtemps_qu_elle_est_absente(servi: Exemple) -> None:
    """It is not at fault: set aside, it would wait for an operator."""
    cle = nouvel_id()
    couper("arreter", "postgres")
    deposer(servi, f'{{"cle": "{cle}"}}'.encode(), message_id=nouvel_id())
    attendre(lambda: servi.journal.count("evenement_remis") > len(DELAIS) + 1)
    demarrer("postgres")
    assert len(attendre(lambda: servi.effets(cle))) == 1
    assert servi.en_file(f"{servi.nom}.morts") == 0
