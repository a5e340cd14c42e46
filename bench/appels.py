"""Calls a second between two processes, at 1, 10 and 50 callers: `python -m bench.appels [seconds]`.

Compare two versions, or two settings, in one run, one after the other and back: absolute figures say nothing of another
machine. `CERES_TRACES` in the environment reaches both processes.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from commun.rpc import rpc

_APPELANTS = (1, 10, 50)
_CLIENT = """
import eventlet; eventlet.monkey_patch()
import sys, time
from commun.appel import Appel
from commun.rpc import client
from commun import telemetry
getattr(telemetry, "ouvrir_traces", lambda nom: None)("client")
duree = float(sys.argv[1])
appel = Appel("banc", delai=20)
client.appeler("banc_echo", "echo", appel, texte="prêt")
for appelants in map(int, sys.argv[2:]):
    faits, fin = [0], time.monotonic() + duree
    def appeler():
        while time.monotonic() < fin:
            client.appeler("banc_echo", "echo", appel, texte="bonjour")
            faits[0] += 1
    fils = [eventlet.spawn(appeler) for _ in range(appelants)]
    for fil in fils: fil.wait()
    print(appelants, round(faits[0] / duree), flush=True)
"""


class Echo:
    """What answers: no database, so that only the bus is measured."""

    name = "banc_echo"

    @rpc
    def echo(self, texte: str) -> str:
        return texte


SERVICES = [Echo]


def mesurer(duree: float) -> dict[int, int]:
    """Returns calls a second, by number of callers."""
    from local.cles import Cles
    from local.processus import Processus
    from local.rabbit import RabbitPrive

    with tempfile.TemporaryDirectory() as dossier:
        lieu = Path(dossier)
        noeud = RabbitPrive(lieu / "rabbit", Cles(lieu / "cles"), lieu)
        noeud.lancer()
        noeud.attendre()
        env = {**os.environ, "AMQP_URL": noeud.url}
        subprocess.run([sys.executable, "-m", "commun.topology", "bench.appels"], env=env, check=True)
        service = Processus("echo", [sys.executable, "-m", "commun.runner", "bench.appels"], lieu / "echo.log", env)
        service.lancer()
        try:
            commande = [sys.executable, "-c", _CLIENT, str(duree), *map(str, _APPELANTS)]
            dit = subprocess.run(commande, env=env, capture_output=True, text=True, check=True).stdout
        finally:
            service.arreter()
            noeud.arreter()
        return {int(appelants): int(faits) for appelants, faits in (ligne.split() for ligne in dit.splitlines())}


if __name__ == "__main__":
    debut = time.monotonic()
    for appelants, faits in mesurer(float(sys.argv[1]) if len(sys.argv) > 1 else 5).items():
        print(f"{appelants:>3} appelants : {faits:>5} appels/s")
    print(f"({time.monotonic() - debut:.0f} s)")
