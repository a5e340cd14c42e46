import pytest
import yaml
from kombu import Connection

from local import rabbit
from local.cles import Cles
from local.pile import RACINE
from local.ports import est_libre

pytestmark = pytest.mark.skipif(not rabbit.programme(), reason="RabbitMQ n'est pas installé sur cette machine")


def test_un_noeud_prive_demarre_et_ne_laisse_rien(tmp_path, monkeypatch):
    """Wherever the project is: an apostrophe, a « # », an accent where the locale has none, each kept it
    from starting."""
    dossier = tmp_path / "Bureau d'Études #1"
    dossier.mkdir()
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(rabbit, "_JOURNAL", 10_000)
    noeud = rabbit.RabbitPrive(dossier / "rabbit", Cles(dossier / "cles"), dossier)
    noeud.lancer()
    try:
        noeud.attendre()
        with Connection(noeud.url) as ligne:
            ligne.SimpleQueue("essai").put({"acte": "habilitation_suspendue"})
        anonyme = f"amqp://guest:guest@127.0.0.1:{noeud.port}//"
        with Connection(anonyme) as ligne, pytest.raises(Exception, match="ACCESS_REFUSED"):
            ligne.connect()
    finally:
        noeud.arreter()
    assert [processus.code for processus in noeud.processus] == [-15, 0]
    assert est_libre(noeud.port)
    journaux = [j.stat().st_size for j in (dossier / "rabbit/log").glob("ceres@localhost.log*")]
    assert len(journaux) == 2 and max(journaux) < 20_000  # it says more than that as it starts
    assert (dossier / "rabbit/definitions.json").stat().st_mode & 0o777 == 0o600


def test_nos_noeuds_ont_partout_les_memes_reglages_avances():
    bus, *_ = yaml.safe_load_all((RACINE / "deploy/components/bus/cluster.yaml").read_text("utf-8"))
    assert bus["spec"]["rabbitmq"]["advancedConfig"] == rabbit.AVANCES
    compose = yaml.safe_load((RACINE / "compose.yaml").read_text("utf-8"))
    lieux = {monte["source"]: monte["target"] for monte in compose["services"]["rabbitmq"]["configs"]}
    assert lieux["avances"] == "/etc/rabbitmq/advanced.config"  # where its image has it read
    assert compose["configs"]["avances"]["content"] == rabbit.AVANCES
