"""Where no RabbitMQ can be, everything still runs, in one process, and the banner says what that costs."""

import http.client

from local import rabbit, run
from local.pile import MEMOIRE, Pile


def test_sans_rabbit_un_seul_processus_sert_tout(tmp_path, monkeypatch):
    monkeypatch.setattr(rabbit, "programme", lambda: None)
    monkeypatch.setattr(rabbit, "installable", lambda: False)
    tout = Pile(tmp_path, ephemere=True)
    try:
        tout.demarrer()
        assert tout.bus() == MEMOIRE
        assert [processus.nom for processus in tout.processus] == ["postgres", "courrier", "ceres"]
        ligne = http.client.HTTPConnection("127.0.0.1", tout.port, timeout=30)
        ligne.request("GET", "/sante/pret")
        assert ligne.getresponse().status == 200
        ligne.close()
        monkeypatch.setattr(run, "RACINE", tmp_path)
        assert "un arrêt brutal perd les messages en route" in run._banniere(tout)
    finally:
        tout.arreter()
    assert tout.processus[-1].code == 0
