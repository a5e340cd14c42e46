"""Calls a second between two processes, at 1, 10 and 50 callers, and what each costs its caller's processor.

`python -m bench.appels [seconds] [--traces]`; with `--traces`, every call is exported as OpenTelemetry spans. Compare
two versions, or two settings, in one run, one after the other and back: absolute figures say nothing of another
machine, and on a busy one only the processor's time tells.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from commun.rpc import rpc
from local.cles import Cles
from local.collecteur import Collecteur
from local.processus import Processus
from local.rabbit import RabbitPrive

_APPELANTS = (1, 10, 50)
_CLIENT = """
import eventlet; eventlet.monkey_patch()
import sys, time
from commun.appel import Appel
from commun.rpc import client
from commun import spans
spans.ouvrir("client")
duree = float(sys.argv[1])
appel = Appel("banc", delai=20)
client.appeler("banc_echo", "echo", appel, texte="prêt")
for appelants in map(int, sys.argv[2:]):
    faits, fin, avant = [0], time.monotonic() + duree, time.process_time()
    def appeler():
        while time.monotonic() < fin:
            client.appeler("banc_echo", "echo", appel, texte="bonjour")
            faits[0] += 1
    fils = [eventlet.spawn(appeler) for _ in range(appelants)]
    for fil in fils: fil.wait()
    print(appelants, round(faits[0] / duree), round(1e6 * (time.process_time() - avant) / faits[0]), flush=True)
"""


class Echo:
    """What answers: no database, so that only the bus is measured."""

    name = "banc_echo"

    @rpc
    def echo(self, texte: str) -> str:
        return texte


SERVICES = [Echo]


def mesurer(duree: float, traces: bool) -> list[list[str]]:
    """Returns, a line a number of callers: that number, calls a second, µs of the caller's processor for each."""
    with tempfile.TemporaryDirectory() as dossier:
        lieu = Path(dossier)
        noeud = RabbitPrive(lieu / "rabbit", Cles(lieu / "cles"), lieu)
        noeud.lancer()
        noeud.attendre()
        env = {**os.environ, "AMQP_URL": noeud.url} | (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": Collecteur().url} if traces else {}
        )
        subprocess.run([sys.executable, "-m", "commun.topology", "bench.appels"], env=env, check=True)
        service = Processus("echo", [sys.executable, "-m", "commun.runner", "bench.appels"], lieu / "echo.log", env)
        service.lancer()
        try:
            commande = [sys.executable, "-c", _CLIENT, str(duree), *map(str, _APPELANTS)]
            dit = subprocess.run(commande, env=env, capture_output=True, text=True, check=True).stdout
        finally:
            service.arreter()
            noeud.arreter()
        return [ligne.split() for ligne in dit.splitlines()]


if __name__ == "__main__":
    secondes = [float(argument) for argument in sys.argv[1:] if argument != "--traces"] or [5]
    for appelants, faits, cout in mesurer(secondes[0], "--traces" in sys.argv):
        print(f"{appelants:>3} appelants : {faits:>5} appels/s, {cout:>5} µs de processeur chacun")
