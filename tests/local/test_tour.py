"""Two `make` at once, from one folder or on one machine."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest

from local import actifs, rabbit


@pytest.fixture
def de_front():
    """Waits for another to be there too, for as long as one could be coming; returns whether one was."""
    barriere = Barrier(2)

    def attendre():
        try:
            return barriere.wait(0.3) >= 0
        except BrokenBarrierError:
            return False

    return attendre


def _deux_fois(faire):
    with ThreadPoolExecutor(2) as fils:
        return [fil.result() for fil in [fils.submit(faire), fils.submit(faire)]]


def test_les_composants_des_pages_ne_s_installent_qu_une_fois(tmp_path, monkeypatch, capsys, de_front):
    """Seen taking away the folder that the other had just put in place, or failing to put its own there."""
    for nom in actifs._MANIFESTES:
        (tmp_path / nom).write_text("{}")

    def npm(dossier):
        de_front()
        for source in actifs._GARDES:
            lieu = actifs.Path(dossier, "node_modules", source)
            lieu.parent.mkdir(parents=True, exist_ok=True)
            lieu.write_text(source)

    monkeypatch.setattr(actifs, "WEB", tmp_path)
    monkeypatch.setattr(actifs, "CIBLE", tmp_path / "actifs")
    monkeypatch.setattr(actifs, "_npm", npm)
    _deux_fois(actifs.principal)
    assert capsys.readouterr().err.count("\n") == 1
    assert actifs.a_jour() and (tmp_path / "actifs/htmx.min.js.gz").exists()


def test_ce_qui_s_installe_n_est_demarre_par_aucun_des_deux(tmp_path, monkeypatch, de_front):
    """The policy that forbids it is one file: who is done first took it away from the other."""
    seuls = []

    def apt_get(ordre, **_):
        if "install" in ordre:
            seuls.append(politique.exists() and not de_front())
        return subprocess.CompletedProcess(ordre, 0, "", "")

    politique = tmp_path / "policy-rc.d"
    monkeypatch.setattr(rabbit, "_POLITIQUE", politique)
    monkeypatch.setattr(rabbit, "_TOUR", tmp_path / "tour")
    monkeypatch.setattr(rabbit, "programme", lambda: None)
    monkeypatch.setattr(rabbit.subprocess, "run", apt_get)
    _deux_fois(rabbit.installer)
    assert (seuls, politique.exists()) == ([True, True], False)
