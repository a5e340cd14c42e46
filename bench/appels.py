"""Calls a second between two processes, at 1, 10 and 50 callers: nameko as it comes, CERES, and py-amqp alone.

`python -m bench.appels [seconds] [--traces]` measures CERES's alone, and what each costs its caller's processor; with
`--traces`, every call is exported as OpenTelemetry spans. Compare two versions, or two settings, in one run, one after
the other and back: absolute figures say nothing of another machine.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.mesure import mediane
from bench.rapport import Avancer, Bilan, Promesse
from commun.bus.rpc import rpc
from local.cles import Cles
from local.collecteur import Collecteur
from local.processus import Processus
from local.rabbit import RabbitPrive

_APPELANTS = (1, 10, 50)
_CLIENT = """
import eventlet; eventlet.monkey_patch()
import sys, time
from commun.bus.appel import Appel
from commun.bus.rpc import client
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
_SYSTEMES = {
    "nameko tel quel": (("bench.pairs.nameko_nu", "serveur"), ("-m", "bench.pairs.nameko_nu", "client")),
    "CERES": (("commun.runner", "bench.appels"), ("-c", _CLIENT)),
    "py-amqp nu": (("bench.pairs.amqp_nu", "serveur"), ("-m", "bench.pairs.amqp_nu", "client")),
}


class Echo:
    """What answers: no database, so that only the bus is measured."""

    name = "banc_echo"

    @rpc
    def echo(self, texte: str) -> str:
        return texte


SERVICES = [Echo]


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return (1 if court else 7) * len(_SYSTEMES)


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures the three, turn and turn about."""
    trouves: dict[tuple[str, int], list[float]] = {}
    with _bus(*_SYSTEMES) as env:
        for _ in range(etapes(court) // len(_SYSTEMES)):
            for nom in _SYSTEMES:
                avancer(nom)
                for appelants, faits, _cout in _appeler(nom, 0.5 if court else 2.0, env):
                    trouves.setdefault((nom, int(appelants)), []).append(float(faits))
    medianes = {cle: mediane(valeurs) for cle, valeurs in trouves.items()}
    nu, ceres, limite = _SYSTEMES
    lignes = [
        (
            f"{n} appelant{'s' if n > 1 else ''}",
            *(round(medianes[nom, n]) for nom in _SYSTEMES),
            medianes[ceres, n] / medianes[nu, n],
            medianes[ceres, n] / medianes[limite, n],
        )
        for n in _APPELANTS
    ]
    return Bilan(
        "Appels par seconde d'un processus à l'autre (RPC)",
        ("", *_SYSTEMES, "× nameko", "part de la limite"),
        lignes,
        (
            Promesse("CERES / nameko tel quel, 10 appelants", medianes[ceres, 10] / medianes[nu, 10], 2.0),
            Promesse("CERES / py-amqp nu, 10 appelants", medianes[ceres, 10] / medianes[limite, 10], 0.35),
        ),
    )


@contextmanager
def _bus(*systemes: str, traces: bool = False) -> Iterator[dict[str, str]]:
    """Starts a private broker and what answers on it; gives the environment of who calls."""
    with tempfile.TemporaryDirectory(prefix="ceres-banc-") as dossier:
        lieu = Path(dossier)
        cles = Cles(lieu / "cles")
        noeud = RabbitPrive(lieu / "rabbit", cles, lieu)
        noeud.lancer()
        noeud.attendre()
        env = {**os.environ, "AMQP_URL": noeud.url, "CERES_CLE_PUBLIQUE": cles.publique} | (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": Collecteur().url} if traces else {}
        )
        subprocess.run([sys.executable, "-m", "commun.bus.topology", "bench.appels"], env=env, check=True)
        services = [
            Processus(nom, [sys.executable, "-m", *_SYSTEMES[nom][0]], lieu / f"{nom}.log", env, delai=2)
            for nom in systemes
        ]
        for service in services:
            service.lancer()
        try:
            yield env
        finally:
            for service in services:
                service.arreter()
            noeud.arreter()


def _appeler(nom: str, duree: float, env: dict[str, str]) -> list[list[str]]:
    """Returns, a line a number of callers: that number, calls a second, µs of the caller's processor for each."""
    commande = [sys.executable, *_SYSTEMES[nom][1], str(duree), *map(str, _APPELANTS)]
    dit = subprocess.run(commande, env=env, capture_output=True, text=True, check=True, timeout=120).stdout
    return [ligne.split() for ligne in dit.splitlines()]


if __name__ == "__main__":
    secondes = [float(argument) for argument in sys.argv[1:] if argument != "--traces"] or [5]
    with _bus("CERES", traces="--traces" in sys.argv) as environnement:
        for appelants, faits, cout in _appeler("CERES", secondes[0], environnement):
            print(f"{appelants:>3} appelants : {faits:>5} appels/s, {cout:>5} µs de processeur chacun")
