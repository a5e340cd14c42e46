import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local import ports, run
from local.ports import est_libre, port_libre, port_retenu, repond

_PREMIER = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())


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
    for illisible in ("", "2oo01"):  # a disk that was full as it was written: no « make run » began any more
        fichier.write_text(illisible)
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


@pytest.mark.skipif(_PREMIER < 2, reason="ici, chaque port est à chacun")
def test_un_port_de_root_n_est_pas_dit_pris(monkeypatch):
    """Seen: « make run CERES_PORT=80 », by who is not root, sent to look for the program that has it."""
    monkeypatch.setenv("CERES_PORT", str(_PREMIER - 1))
    commande = "import os; from local import run; os.geteuid() or os.seteuid(65534); run._port()"
    fait = subprocess.run([sys.executable, "-c", commande], capture_output=True, text=True, check=False)
    assert f"Ce compte n'a pas le droit d'ouvrir le port {_PREMIER - 1} : choisissez-en un autre" in fait.stderr


def test_un_disque_plein_se_dit_d_une_phrase(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(run, "RACINE", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as prise:
        monkeypatch.setenv("CERES_PORT", str(prise.getsockname()[1]))
    (tmp_path / ".ceres/cles").mkdir(parents=True)
    (tmp_path / ".ceres/cles/graine.neuf").symlink_to("/dev/full")
    assert run.principal() == 1
    assert capsys.readouterr().err == "\nLe disque où est ce dossier n'a plus de place : faites-en, puis relancez.\n"
