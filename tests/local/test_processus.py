import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local import processus as module
from local.processus import Processus
from tests.outils.attente import attendre


@pytest.fixture
def lancer(tmp_path):
    lances = []

    def faire(code, **options):
        processus = Processus("essai", [sys.executable, "-uc", code], tmp_path / "essai.log", **options)
        processus.lancer()
        lances.append(processus)
        return processus

    yield faire
    for processus in lances:
        processus.tuer()


def test_ce_qu_il_dit_va_au_journal_et_ses_erreurs_au_terminal(lancer, capsys):
    processus = lancer("print('bon' + 'jour'); print('2026 [error    ] refus'); print('sui' + 'te'); 1 / 0")
    processus.attendre_fin()
    terminal = capsys.readouterr().err
    assert processus.code == 1
    assert processus.derniers_mots().startswith("bonjour\n")
    assert "bonjour" not in terminal
    assert "suite" not in terminal
    assert "essai │ 2026 [error    ] refus\n" in terminal
    assert "essai │ ZeroDivisionError: division by zero\n" in terminal


def test_ses_derniers_mots_sont_ecrits_avant_d_etre_lus(lancer, monkeypatch):
    """Seen missing on a busy machine: why PostgreSQL had not started was not known, and it was not started again."""
    lire = Processus._lire

    def en_retard(*arguments):
        time.sleep(0.3)
        lire(*arguments)

    monkeypatch.setattr(Processus, "_lire", en_retard)
    processus = lancer("print('adieu')")
    attendre(lambda: not processus.vit)
    assert processus.derniers_mots() == "adieu\n"


def test_un_journal_ne_grossit_pas_sans_fin(lancer, monkeypatch):
    """It began again only as its process did: a demo left up wrote some fifty megabytes a day."""
    monkeypatch.setattr(module, "_TROP_LONG", 20)
    processus = lancer("for n in range(9): print('ligne', n)")
    attendre(lambda: not processus.vit)
    assert processus.derniers_mots() == "ligne 6\nligne 7\nligne 8\n"
    (avant,) = set(processus.journal.parent.iterdir()) - {processus.journal}
    assert (avant.name, avant.read_text()) == ("essai.avant.log", "ligne 3\nligne 4\nligne 5\n")


def test_un_disque_plein_ne_l_arrete_pas(lancer, tmp_path):
    """Nobody read any more what it said: it waited for that without end, as all services did at once."""
    (tmp_path / "essai.log").symlink_to("/dev/full")
    processus = lancer("for n in range(9_000): print('ligne', n)")
    attendre(lambda: not processus.vit)


def test_arreter_laisse_finir(lancer):
    processus = lancer(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('fini'), sys.exit(0)))\n"
        "print('la')\n"
        "time.sleep(60)"
    )
    attendre(lambda: "la" in processus.derniers_mots())
    processus.arreter()
    assert processus.code == 0
    assert processus.derniers_mots().endswith("fini\n")


def test_arreter_tue_qui_depasse_son_delai(lancer):
    processus = lancer(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('la'); time.sleep(60)", delai=0.2
    )
    attendre(lambda: "la" in processus.derniers_mots())
    processus.arreter()
    assert processus.code == -signal.SIGKILL


@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv (util-linux) est propre à Linux")
def test_il_ne_survit_pas_a_qui_l_a_lance(tmp_path):
    lanceur = (
        "import pathlib, sys, time; from local.processus import Processus\n"
        "p = Processus('essai', ['sleep', '60'], pathlib.Path(sys.argv[1])); p.lancer(); print(p.pid, flush=True)\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", lanceur, tmp_path / "essai.log"], stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    attendre(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")  # setpriv has given way to the program
    parent.kill()
    parent.wait()

    def parti():
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        except FileNotFoundError:
            return True

    attendre(parti)
