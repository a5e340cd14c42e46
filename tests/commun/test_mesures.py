"""What a process measures of itself: its loop, its queues, its pool of connections."""

from collections.abc import Callable

from kombu import Connection

from commun.bus.broker import ATTENTE, MORTS
from commun.storage.db import nouvel_id
from tests.commun.exemple import Exemple

FILES = """
import sys
from prometheus_client import REGISTRY
from commun.mesures import relever
relever(sys.argv[1:])
service = sys.argv[1].split(".")[0]
print(REGISTRY.get_sample_value("ceres_messages_morts", {"service": service}))
for file in sys.argv[1:]:
    print(*(REGISTRY.get_sample_value(f"ceres_file_{quoi}", {"file": file}) for quoi in ("messages", "ecouteurs")))
"""

AGE = """
import eventlet; eventlet.monkey_patch()
import sys
from prometheus_client import REGISTRY
from commun.bus.outbox import Relais
with eventlet.Timeout(2, False):
    Relais(sys.argv[1]).publier_un_lot()
print(REGISTRY.get_sample_value("ceres_outbox_age_secondes", {"service": sys.argv[1]}))
"""

BOUCLE = """
import eventlet; eventlet.monkey_patch()
from prometheus_client import generate_latest
from commun import mesures
def tard():
    lignes = generate_latest(mesures.RETARD).decode().splitlines()
    a_temps = next(float(l.split()[-1]) for l in lignes if 'le="0.25"' in l)
    return next(float(l.split()[-1]) for l in lignes if 'le="+Inf"' in l) - a_temps
mesures.ouvrir([], [])
eventlet.sleep(0.6)
avant = tard()
eventlet.patcher.original("time").sleep(0.8)  # what a computation that never yields does
eventlet.sleep(0.5)
print(tard() - avant)
"""


def test_les_morts_d_un_service_se_comptent(exemple: Exemple) -> None:
    file = f"{exemple.nom}.choses"
    with Connection(exemple.amqp_url, transport_options={"confirm_publish": True}) as ligne, ligne.channel() as canal:
        deja = exemple.en_file(f"{exemple.nom}.morts")
        canal.basic_publish_confirm(
            canal.prepare_message("{}", content_encoding="utf-8"), exchange=MORTS.name, routing_key=file
        )
        assert exemple.executer(FILES, file).split() == [f"{deja + 1}.0", "0.0", "1.0"]
        canal.queue_purge(queue=f"{exemple.nom}.morts")


def test_qui_ecoute_une_file_se_compte_et_une_file_qui_manque_ne_cache_pas_les_autres(exemple: Exemple) -> None:
    vus = exemple.executer(FILES, f"{exemple.nom}.absente", f"{exemple.nom}.choses").splitlines()
    assert vus[1:] == ["0.0 0.0", "0.0 1.0"]


def test_un_evenement_en_retard_se_voit_quand_le_bus_manque(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Its age was looked at once the bus had answered: the alert said nothing of the fault that it is for."""
    exemple = exemple_a_soi(AMQP_URL="amqp://127.0.0.1:9/")
    exemple.sql(
        "INSERT INTO outbox (id, evenement, corps, en_tetes, cree_le)"
        " VALUES (%s, 'exemple.chose_arrivee', '{}', '{}', now() - interval '5 minutes')",
        nouvel_id(),
    )
    assert 300 <= float(exemple.executer(AGE, exemple.nom)) < 360


def test_ce_qui_attend_un_nouvel_essai_se_compte(exemple_a_soi: Callable[..., Exemple]) -> None:
    """What is away is waited for without end (ADR 53): nobody was told how much waited."""
    exemple = exemple_a_soi(CERES_DELAIS_REPRISE="0.2,61.5")
    exemple.declarer()
    file = "ceres.attente.61.5s"
    with Connection(exemple.amqp_url, transport_options={"confirm_publish": True}) as ligne, ligne.channel() as canal:
        message = canal.prepare_message("{}", content_encoding="utf-8")
        canal.basic_publish_confirm(message, exchange=ATTENTE.name, routing_key=f"61.5s.{exemple.nom}.choses")
        dit = f"print(REGISTRY.get_sample_value('ceres_file_messages', {{'file': '{file}'}}))"
        assert exemple.executer(f"{FILES}\n{dit}", f"{exemple.nom}.choses").split()[-1] == "1.0"
        canal.queue_delete(queue=file)


def test_une_boucle_retenue_se_voit(exemple: Exemple) -> None:
    assert float(exemple.executer(BOUCLE)) >= 1
