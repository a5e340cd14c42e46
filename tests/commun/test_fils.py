"""Threads beside the loop, and what runs in them a few at a time."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import eventlet
import pytest

from commun.domain.errors import Indisponible
from commun.fils import Places, a_part, en_retrait, en_soufflant, repeter


class Panique(BaseException):
    """What a library in Rust raises where it breaks down."""


def _paniquer() -> None:
    raise Panique


def test_ce_qui_tombe_en_panne_dans_un_fil_ne_l_emporte_pas() -> None:
    """Seen waiting for ever: the thread was gone, and at the twentieth the process drew and read nothing any more."""
    for _ in range(25):
        with eventlet.Timeout(5), pytest.raises(RuntimeError, match="Panique"):
            a_part(_paniquer)
    assert a_part(str.upper, "encore") == "ENCORE"


def test_un_fil_qu_un_volume_muet_retient_ne_retient_pas_son_processus(tmp_path: Path) -> None:
    """Seen ending by SIGKILL alone: at its end, eventlet joined the thread."""
    muet = tmp_path / "muet"
    os.mkfifo(muet)  # who opens it waits for who would write in it
    abandonner = "with eventlet.Timeout(0.2, False): fils.a_part(open, sys.argv[1])"
    script = f"import eventlet\neventlet.monkey_patch()\nimport sys\nfrom commun import fils\n{abandonner}"
    subprocess.run([sys.executable, "-c", script, str(muet)], timeout=30, check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a priority is the process's")
def test_ce_qui_cede_le_processeur_ne_le_fait_ceder_a_personne_d_autre() -> None:
    def priorite() -> int:
        return os.getpriority(os.PRIO_PROCESS, 0)

    avant = priorite()
    assert a_part(en_retrait, priorite) > avant
    assert {priorite(), *(a_part(priorite) for _ in range(40))} == {avant}
    with eventlet.Timeout(5), pytest.raises(ZeroDivisionError):
        a_part(en_retrait, lambda: 1 / 0)


def test_chacun_attend_son_tour() -> None:
    porte, ensemble, plus = threading.Event(), list[int](), [0]

    def travailler(n: int) -> int:
        ensemble.append(n)
        plus[0] = max(plus[0], len(ensemble))
        porte.wait(30)
        ensemble.remove(n)
        return n

    places = Places(2, 30)
    fils = [eventlet.spawn(places.a_part, travailler, n) for n in range(8)]
    while len(ensemble) < 2:
        eventlet.sleep(0.01)
    porte.set()
    assert ([fil.wait() for fil in fils], plus) == (list(range(8)), [2])


def test_qui_attend_trop_longtemps_revient_plus_tard() -> None:
    places = Places(1, 0.02)
    places.prendre()
    with pytest.raises(Indisponible):
        places.prendre()
    places.rendre()
    with pytest.raises(RuntimeError):
        places.a_part(_paniquer)
    assert places.a_part(str.upper, "rendue") == "RENDUE"


def test_une_longue_boucle_laisse_passer_les_autres() -> None:
    passes: list[int] = []

    def passer() -> None:
        while True:
            passes.append(1)
            eventlet.sleep(0)

    autre = eventlet.spawn(passer)
    assert list(en_soufflant(range(100))) == list(range(100))
    autre.kill()
    assert len(passes) == 4


def test_ce_qui_se_repete_continue_quoi_qu_il_leve() -> None:
    faits = []

    def geste() -> None:
        faits.append(1)
        raise ValueError

    fil = repeter(0.01, geste)
    with eventlet.Timeout(30):
        while len(faits) < 2:
            eventlet.sleep(0.01)
    fil.kill()
