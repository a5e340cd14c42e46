"""Registering a candidate, then a juré, over HTTP: CERES, a monolith with its rules and tables, nameko as it comes.

Each writes in a copy of its own of the same databases, on one PostgreSQL, durable as in production; the three go turn
and turn about. A turn ends when nothing moves any more: what CERES's listeners do of a registration is in its price.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from bench.charge import Demande, charger
from bench.mesure import mediane, p95
from bench.ouvertes import Ouverte, pile_ouverte
from bench.processeur import consomme
from bench.rapport import Avancer, Bilan, Promesse
from local.pile import RACINE
from local.ports import port_libre, repond
from local.processus import Processus

_FILS = 10
_NOMS = {"candidats": "Candidat", "jures": "Juré"}


@dataclass
class Systeme:
    """What takes registrations, and what it made of them, by kind."""

    nom: str
    port: int
    pids: list[int]
    ouverte: Ouverte
    debits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    latences: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    couts: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds of processor that a registration took, PostgreSQL's and RabbitMQ's included."""

    def __post_init__(self) -> None:
        self._demandes: dict[str, Iterator[Demande]] = {
            "candidats": self.ouverte.candidats(),
            "jures": self.ouverte.jures(),
        }
        for demandes in self._demandes.values():
            self.envoyer(islice(demandes, 2 * _FILS), 4, 30)

    def envoyer(self, demandes: Iterator[Demande], appelants: int, duree: float) -> tuple[float, list[float]]:
        """Returns successes a second and their latencies (ms); a request that fails is a fault of the bench."""
        charge = charger(self.port, self.ouverte.entetes, demandes, appelants, duree)
        assert not charge.echecs, f"{self.nom} : {charge.echecs}"
        return charge.debit, charge.latences

    def mesurer(self, genre: str, duree: float) -> None:
        """Takes registrations for so long, then waits until all that they caused is done."""
        avant = self._consomme()
        debit, latences = self.envoyer(self._demandes[genre], _FILS, duree)
        while self._remue():
            pass
        self.debits[genre].append(debit)
        self.latences[genre] += latences
        self.couts[genre].append((self._consomme() - avant) * 1000 / len(latences))

    def _remue(self) -> bool:
        avant = self._consomme()
        time.sleep(0.5)
        return self._consomme() - avant > 0.1

    def _consomme(self) -> float:
        return sum(map(consomme, self.pids))


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 2 + 3 * _tours(court) * len(_NOMS)


def _tours(court: bool) -> int:
    return 1 if court else 3


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures the three, turn and turn about."""
    avancer("préparation des bases")
    with pile_ouverte(300 if court else 1500, copies=("monolithe", "nameko")) as ouverte, _pairs(ouverte) as pairs:
        avancer("mise en route")
        serveurs = [ouverte.pile.processus_nomme(nom).pid for nom in ("postgres", "rabbit")]
        siens = [p.pid for p in ouverte.pile.services.values()]
        systemes = [Systeme("CERES", ouverte.port, siens + serveurs, ouverte)]
        for nom, (port, pids) in pairs.items():
            systemes.append(Systeme(nom, port, pids + serveurs, ouverte))
        for tour in range(_tours(court)):
            for genre in _NOMS:
                for systeme in systemes[tour % 3 :] + systemes[: tour % 3]:
                    avancer(f"{_NOMS[genre]} : {systeme.nom}")
                    systeme.mesurer(genre, 1.5 if court else 3)
    return _bilan(systemes)


def _bilan(systemes: list[Systeme]) -> Bilan:
    ceres, monolithe, nameko = systemes
    lignes = [
        (
            _NOMS[genre],
            *(f"{mediane(s.debits[genre]):.0f}/s" for s in systemes),
            *(f"{p95(s.latences[genre]):.0f} ms" for s in systemes),
            *(f"{mediane(s.couts[genre]):.0f} ms" for s in systemes),
        )
        for genre in _NOMS
    ]

    def ratio(genre: str, autre: Systeme) -> float:
        """The median of the ratios within each turn: what else the machine did then weighed on both."""
        return mediane([a / b for a, b in zip(ceres.debits[genre], autre.debits[genre], strict=True)])

    noms = [s.nom for s in systemes]
    return Bilan(
        f"Inscriptions par HTTP, {_FILS} appelants",
        ("", *noms, *(f"p95 {n}" for n in noms), *(f"processeur {n}" for n in noms)),
        lignes,
        (
            Promesse("candidat, CERES / monolithe", ratio("candidats", monolithe), 0.8),
            Promesse("candidat, CERES / nameko tel quel", ratio("candidats", nameko), 2.0),
            Promesse("juré, CERES / monolithe", ratio("jures", monolithe), 0.6),
            Promesse("juré, CERES / nameko tel quel", ratio("jures", nameko), 2.0),
        ),
        (f"monolithe : gunicorn, {_coeurs()} processus de {_FILS} fils ; nameko : ses réglages d'origine.",),
    )


@contextmanager
def _pairs(ouverte: Ouverte) -> Iterator[dict[str, tuple[int, list[int]]]]:
    """Starts the peers; gives the port of each, and its processes."""
    pile, lances, trouves = ouverte.pile, [], {}
    ports = {"monolithe": port_libre(), "nameko": port_libre()}
    gunicorn = ["gunicorn", "-b", f"127.0.0.1:{ports['monolithe']}", "-w", str(_coeurs()), "--threads", str(_FILS)]
    roles = ("candidats", "jures", "notifications", "referentiel", "sessions", "http")
    commandes = {
        "monolithe": [[*gunicorn, "-k", "gthread", "bench.pairs.monolithe:application"]],
        "nameko": [["bench.pairs.nameko_inscriptions", role] for role in roles],
    }
    try:
        for nom, port in ports.items():
            env = os.environ | ouverte.bases(nom) | {"AMQP_URL": pile.bus_de(), "CERES_PORT": str(port)}
            processus = [
                Processus(nom, [sys.executable, "-m", *suite], pile.journaux / f"{nom}.log", env, RACINE, delai=3)
                for suite in commandes[nom]
            ]
            for chacun in processus:
                chacun.lancer()
            lances += processus
            trouves[nom] = (port, [p.pid for p in processus])
            while not repond(port):
                assert all(p.vit for p in processus), processus[0].derniers_mots()
                time.sleep(0.1)
        yield trouves
    finally:
        for chacun in lances:
            chacun.arreter()


def _coeurs() -> int:
    return len(os.sched_getaffinity(0))
