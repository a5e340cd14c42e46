"""A statement that waits to read and to write is woken once: the rest of the process is not woken in its place."""

import subprocess
import sys

_SEANCE = """
import eventlet; eventlet.monkey_patch()
import socket, time
from psycopg.waiting import Wait
from commun.db import _attendre

ici, _la = socket.socketpair()
_la.send(b"x")  # to be read; and there is room to write

def etapes():
    yield Wait.R | Wait.W
    return "fait"

def attendre():
    assert _attendre(etapes(), ici.fileno()) == "fait"
    return eventlet.hubs.get_hub().switch()  # waits for what never comes

fil = eventlet.spawn(attendre)
eventlet.sleep(0.3)
print("endormi" if not fil.dead else "réveillé")
"""


def test_un_reveil_de_trop_ne_tombe_pas_sur_l_attente_suivante() -> None:
    dit = subprocess.run([sys.executable, "-W", "ignore", "-c", _SEANCE], capture_output=True, text=True, check=True)
    assert dit.stdout.strip() == "endormi"
