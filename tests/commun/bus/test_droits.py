"""Identity on the bus: what each service's RabbitMQ user may do, refused by the broker itself where it may not.

The table is compared with the code; the refusals are those of a real broker, for the users that services run under.
"""

import ast
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection

from commun.bus import droits, topology
from commun.bus.broker import file_reponses
from commun.bus.droits import APPELS, ATTENTE, EVENEMENTS, EXPLOITATION, MORTS, REPONSES, RETOURS, RPC
from gateway.api.table import ROUTES
from local.pile import RACINE, paquets
from tests.conftest import Systeme, demander

MODULES = [f"{paquet}.service" for paquet in paquets().values()]
GARDES = {f"{service}_gardes" for service in APPELS}


# -- the table and the code -------------------------------------------------------------------------------------------


def _nommes(paquet: str) -> set[str]:
    """The `…_gardes` that a package's code names, its own class apart."""
    fichiers = (RACINE / paquet.replace(".", "/")).rglob("*.py")
    arbres = (ast.parse(f.read_text("utf-8")) for f in fichiers if f.name != "service.py")
    textes = {n.value for arbre in arbres for n in ast.walk(arbre) if isinstance(n, ast.Constant)}
    return GARDES & textes


def test_chaque_processus_a_ses_droits() -> None:
    assert set(APPELS) == set(paquets())


@pytest.mark.parametrize("service", sorted(set(APPELS) - {"gateway"}))
def test_un_service_appelle_ceux_que_dit_la_table(service: str) -> None:
    assert set(APPELS[service]) == _nommes(paquets()[service])


def test_la_passerelle_appelle_les_services_de_ses_routes() -> None:
    cibles = {route.rpc[0] for route in ROUTES if route.rpc}
    siens = {"referentiel_gardes", "sessions_gardes"}  # of its own accounts: their centres, how long they are kept
    assert set(APPELS["gateway"]) == cibles | siens


def test_ce_qui_est_reserve_a_l_exploitation_n_est_d_aucune_route() -> None:
    methodes = {route.rpc[1] for route in ROUTES if route.rpc}
    assert len(methodes) > 100 and not methodes & set(droits.RESERVES)


def test_qui_ecoute_n_ecoute_que_dans_ses_files() -> None:
    """A queue of events is its listener's by its first word: the permission to read is given on it."""
    for service, module in zip(paquets(), MODULES, strict=True):
        files = [file for file, _ in topology.ecouteurs([module])]
        assert all(file.split(".")[0] == service and not file.endswith(".morts") for file in files)


# -- the broker -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bus(systeme: Systeme, amqp_url: str) -> Callable[[str], Any]:
    """Returns a channel of this service's user, on a broker where everything is declared: that of the system, whose
    queues it writes to."""
    topology.declarer(amqp_url, MODULES)

    @contextmanager
    def ouvrir(service: str) -> Iterator[Any]:
        with Connection(demander("bus_de", service), transport_options={"confirm_publish": True}) as ligne:
            yield ligne.channel()

    return ouvrir


def publier(canal: Any, echange: str, cle: str) -> None:
    message = canal.prepare_message("{}", content_encoding="utf-8")
    canal.basic_publish_confirm(message, exchange=echange, routing_key=cle)


def detourner(canal: Any, echange: str, cle: str) -> None:
    """Has what is sent to others come to a queue of one's own too."""
    file = file_reponses(f"ceres_jures.{uuid.uuid4()}")
    file(canal).queue_declare()
    canal.queue_bind(queue=file.name, exchange=echange, routing_key=cle)


INTERDITS: dict[str, Callable[[Any], Any]] = {
    "l'événement d'un autre": lambda c: publier(c, EVENEMENTS, "sessions.session_modifiee"),
    "l'événement d'un autre, au nom proche": lambda c: publier(c, EVENEMENTS, "juresx.jure_modifie"),
    "un événement dans une file": lambda c: publier(c, "", "sessions.jures"),
    "un retour d'attente": lambda c: publier(c, RETOURS, "sessions.jures"),
    "une attente pour un autre": lambda c: publier(c, ATTENTE, "5s.sessions.jures"),
    "un mort d'un autre": lambda c: publier(c, MORTS, "sessions.jures"),
    "une commande": lambda c: publier(c, RPC, "sessions.valider"),
    "une commande, dans la file": lambda c: publier(c, "", "rpc.sessions"),
    "les gardes de qui il n'appelle pas": lambda c: publier(c, RPC, "gateway_gardes.destinataires"),
    "une méthode de l'exploitation": lambda c: publier(c, RPC, "referentiel_gardes.reconstruire_repliques"),
    "une réponse à qui n'appelle pas": lambda c: publier(c, REPONSES, "ceres_notification.1"),
    "lire les événements d'un autre": lambda c: c.basic_get(queue="sessions.jures"),
    "lire les appels d'un autre": lambda c: c.basic_consume(queue="rpc.sessions"),
    "lire ses propres morts": lambda c: c.basic_get(queue="jures.morts"),
    "vider la file d'un autre": lambda c: c.queue_purge(queue="sessions.jures"),
    "supprimer la file d'un autre": lambda c: c.queue_delete(queue="sessions.jures"),
    "supprimer un échange": lambda c: c.exchange_delete(exchange=RPC),
    "détourner les appels": lambda c: detourner(c, RPC, "sessions.*"),
    "détourner tous les appels": lambda c: detourner(c, RPC, "#"),
    "détourner les réponses": lambda c: detourner(c, REPONSES, "ceres_gateway.#"),
    "détourner les événements": lambda c: detourner(c, EVENEMENTS, "#"),
}


@pytest.mark.parametrize("geste", INTERDITS.values(), ids=INTERDITS.keys())
def test_un_service_ne_peut_pas(bus: Callable[[str], Any], geste: Callable[[Any], Any]) -> None:
    with bus("jures") as canal, pytest.raises(AccessRefused) as refus:
        geste(canal)
    assert refus.value.reply_code == 403


PERMIS: dict[str, Callable[[Any], Any]] = {
    "ses événements": lambda c: publier(c, EVENEMENTS, "jures.essai_des_droits"),
    "les gardes qu'il appelle": lambda c: publier(c, RPC, "sessions_gardes.essai_des_droits"),
    "répondre à la passerelle": lambda c: publier(c, REPONSES, "ceres_gateway.personne"),
    "répondre à qui appelle ses gardes": lambda c: publier(c, REPONSES, "ceres_sessions.personne"),
    "s'écrire": lambda c: publier(c, REPONSES, "ceres_jures.personne"),
    "recevoir ses réponses": lambda c: file_reponses("ceres_jures.essai")(c).declare(),
    "lire ses événements": lambda c: c.basic_get(queue="jures.titres"),  # given back as the channel closes
}


@pytest.mark.parametrize("geste", PERMIS.values(), ids=PERMIS.keys())
def test_un_service_peut(bus: Callable[[str], Any], geste: Callable[[Any], Any]) -> None:
    with bus("jures") as canal:
        geste(canal)


def test_la_passerelle_appelle_les_services_mais_ne_fait_rien_reconstruire(bus: Callable[[str], Any]) -> None:
    with bus("gateway") as canal:
        publier(canal, RPC, "jures.essai_des_droits")
        with pytest.raises(AccessRefused):
            publier(canal, RPC, "jures.reconstruire_repliques")


def test_l_exploitation_peut_rejouer(bus: Callable[[str], Any]) -> None:
    with bus(EXPLOITATION) as canal:
        publier(canal, RETOURS, "personne.essai_des_droits")


def test_qui_n_est_personne_n_entre_pas(amqp_url: str) -> None:
    lieu = Connection(amqp_url)
    for utilisateur, mot_de_passe in (("guest", "guest"), ("ceres_jures", "faux")):
        anonyme = f"amqp://{utilisateur}:{mot_de_passe}@{lieu.hostname}:{lieu.port}/{droits.VHOST}"
        with Connection(anonyme) as ligne, pytest.raises(Exception, match="ACCESS_REFUSED"):
            ligne.connect()
