"""What compose.yaml relies on; no Docker here, so its commands are run as they are, on servers that the tests name."""

import json
import os
import sys
import time
from pathlib import Path

import pytest
import yaml

from local import rabbit
from local.cles import Cles
from local.conteneurs import definir_comptes, preparer
from local.pile import RACINE, paquets
from local.ports import port_libre, repond
from local.processus import Processus

COMPOSE = yaml.safe_load((RACINE / "compose.yaml").read_text())["services"]


def test_chaque_processus_a_son_conteneur():
    commandes = {nom: service["command"][-1] for nom, service in COMPOSE.items() if "command" in service}
    for nom, paquet in paquets().items():
        assert commandes[nom] == f". /reglages/{nom}.env && exec python -m commun.runner {paquet}.service"


def test_tout_ce_qui_tourne_repart_avec_la_machine():
    """The services alone did, before databases and a broker that nobody started again."""
    finissent = {"comptes", "preparer", "demo"}
    assert {nom for nom, service in COMPOSE.items() if service.get("restart") != "unless-stopped"} == finissent


@pytest.fixture
def bus(tmp_path):
    """A broker of this test alone: on the shared one, its gateway would take the messages of the other."""
    if not rabbit.programme():
        pytest.skip("RabbitMQ n'est pas installé sur cette machine")
    noeud = rabbit.RabbitPrive(tmp_path / "rabbit", Cles(tmp_path / "cles"), tmp_path)
    noeud.lancer()
    noeud.attendre()
    yield noeud
    noeud.arreter()


def test_un_conteneur_demarre_avec_les_reglages_prepares(tmp_path, serveur, bus, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", serveur.url)
    monkeypatch.setenv("AMQP_URL", f"amqp://127.0.0.1:{bus.port}")
    definir_comptes(tmp_path)
    assert json.loads((tmp_path / "definitions.json").read_text())["users"]
    preparer(tmp_path)
    assert "//ceres_jures:" in (tmp_path / "jures.env").read_text()
    assert {f.stem for f in tmp_path.glob("*.env")} == {*paquets(), "exploitation"}
    assert not [f for f in tmp_path.glob("*.env") if "CLE_PRIVEE" in f.read_text() and f.stem != "gateway"]
    port = port_libre()
    commande = COMPOSE["gateway"]["command"][-1].replace("/reglages", str(tmp_path))
    commande = commande.replace("&& exec", f"&& export CERES_PORT={port} CERES_PORT_EXPLOITATION=0 && exec")
    env = {nom: os.environ[nom] for nom in ("PATH", "HOME") if nom in os.environ}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    passerelle = Processus("gateway", ["sh", "-c", commande], tmp_path / "gateway.log", env, RACINE)
    passerelle.lancer()
    try:
        while passerelle.vit and not repond(port, b"GET /sante/pret HTTP/1.0\r\n\r\n"):
            time.sleep(0.1)
        assert passerelle.vit, passerelle.derniers_mots()
    finally:
        passerelle.arreter()
    assert passerelle.code == 0
