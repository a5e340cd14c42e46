import socket
import subprocess
import sys

import pytest

from local import ports, run
from local.ports import est_libre, port_libre, port_retenu, repond


@pytest.fixture
def serveur():
    with socket.create_server(("127.0.0.1", port_libre())) as prise:
        yield prise


def test_un_port_ecoute_n_est_pas_libre(serveur):
    port = serveur.getsockname()[1]
    assert not est_libre(port)
    assert repond(port)
    serveur.close()
    assert est_libre(port)
    assert not repond(port)


def test_un_port_retenu_reste_le_meme_tant_qu_il_est_libre(tmp_path, serveur):
    fichier = tmp_path / "port"
    premier = port_retenu(fichier)
    assert port_retenu(fichier) == premier == int(fichier.read_text())
    fichier.write_text(str(serveur.getsockname()[1]))
    second = port_retenu(fichier)
    assert second != serveur.getsockname()[1]
    assert int(fichier.read_text()) == second
    fichier.write_text("")  # a disk that was full as it was written: no « make run » began any more
    assert port_retenu(fichier) == int(fichier.read_text())


def test_un_port_retenu_qu_un_autre_a_tire_n_est_pas_repris(tmp_path):
    """A project copied while it was stopped, both started together: neither listened yet as the other looked."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    fichier = tmp_path / "port"
    fichier.write_text(str(port))
    tirer = f"from local import ports; ports._CHOIX = [{port}]; ports.port_libre(); print(flush=True); input()"
    autre = subprocess.Popen([sys.executable, "-c", tirer], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert autre.stdout and autre.stdout.readline() and est_libre(port)
        assert port_retenu(fichier) not in (port, 0) and fichier.read_text() != str(port)
    finally:
        autre.communicate()


def test_un_port_tire_ne_l_est_plus_par_personne_avant_qu_on_y_ecoute(monkeypatch):
    """Two servers of one run had the same: the second did not start, nor any of the tests that asked it something."""
    port = port_libre()
    monkeypatch.setattr(ports, "_CHOIX", [port])
    with pytest.raises(StopIteration):
        port_libre()
    ailleurs = f"from local import ports; ports._CHOIX = [{port}]; ports.port_libre()"
    assert (
        b"StopIteration" in subprocess.run([sys.executable, "-c", ailleurs], stderr=subprocess.PIPE, check=False).stderr
    )


def test_deux_make_run_lances_ensemble_n_ont_pas_le_meme_port(monkeypatch):
    """The first listens a quarter of a minute after it has looked: each loaded half of its demo into the other."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    monkeypatch.setenv("CERES_PORT", str(port))
    assert run._port() == port
    commande = [sys.executable, "-c", "from local import run; run._port()"]
    autre = subprocess.run(commande, capture_output=True, check=False)
    assert "est déjà pris par un autre programme" in autre.stderr.decode()
