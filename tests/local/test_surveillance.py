import sys
import time

import pytest

from local.console import Empechement
from local.processus import Processus
from local.surveillance import Surveillance


@pytest.fixture
def processus(tmp_path):
    processus = Processus("jures", ["sleep", "60"], tmp_path / "jures.log")
    processus.lancer()
    yield processus
    processus.tuer()


def passer_jusqu_a(surveillance, condition):
    limite = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limite
        surveillance.passer()
        time.sleep(0.01)


def test_un_processus_mort_repart_et_on_le_dit(processus):
    dits = []
    surveillance = Surveillance([processus], dits.append, unite=0.05)
    surveillance.passer()
    assert dits == []
    processus.tuer()
    passer_jusqu_a(surveillance, lambda: processus.vit)
    assert dits == ["« jures » s'est arrêté (signal 9) ; il repart dans 0.05 s."]


def test_un_processus_qui_ne_tient_pas_arrete_tout(tmp_path):
    processus = Processus("jures", [sys.executable, "-c", "print('clé absente'); exit(3)"], tmp_path / "jures.log")
    processus.lancer()
    dits = []
    surveillance = Surveillance([processus], dits.append, unite=0.001)
    with pytest.raises(Empechement, match=r"« jures » s'est arrêté 5 fois de suite \(code 3\)(?s:.)*clé absente"):
        passer_jusqu_a(surveillance, lambda: False)
    assert [dit.rsplit("dans ")[1] for dit in dits] == ["0.001 s.", "0.002 s.", "0.004 s.", "0.008 s."]
