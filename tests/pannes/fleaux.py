"""What befalls CERES during a campaign: processes that die at named points, a broker and a database that crash."""

import itertools
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

from local.console import Empechement
from tests.pannes.banc import Banc
from tests.pannes.points import POINTS

AILLEURS = "n'importe où"
"""What is counted where a process did not come to its point in time, and was killed from outside."""


class Fleaux:
    """Kills, one or two at a time, until it has killed enough; what died is started again at once.

    Args:
        morts: how many processes of services to kill, in all.
        courtiers, bases: how many times the broker and PostgreSQL crash.
        patience: the seconds that a process has to come to its point; it is then killed wherever it is.
    """

    def __init__(self, banc: Banc, *, morts: int, courtiers: int, bases: int, patience: float = 3.0) -> None:
        self._banc = banc
        self._patience = patience
        self._verrou = threading.Lock()
        self._suite = self._condamnes(morts)
        self._serveurs = self._a_abattre(courtiers, bases)
        self.morts: Counter[tuple[str, str]] = Counter()
        self.serveurs: Counter[str] = Counter()
        self.erreurs: list[Exception] = []
        self._fils = [
            threading.Thread(target=self._sans_bruit, args=(quoi,))
            for quoi in (self._faucher, self._faucher, self._abattre)
        ]

    def lacher(self) -> None:
        """Begins."""
        for fil in self._fils:
            fil.start()

    @property
    def fini(self) -> bool:
        """Whether everything that was to die has."""
        return not any(fil.is_alive() for fil in self._fils)

    @property
    def total(self) -> int:
        """How many services were killed."""
        return sum(self.morts.values())

    def finir(self) -> None:
        """Returns when every process is alive and ready again."""
        for fil in self._fils:
            fil.join()
        for nom in self._banc.membres:
            self._banc.attendre_pret(nom)
        assert self.erreurs == []

    def _sans_bruit(self, quoi: Callable[[], None]) -> None:
        try:
            quoi()
        except Exception as erreur:
            self.erreurs.append(erreur)

    def _condamnes(self, combien: int) -> Iterator[tuple[str, str]]:
        """Yields services and points: each service in its turn, and each of its points in its turn."""
        tours = {
            nom: itertools.cycle(random.sample(points, len(points))) for nom, points in _points(self._banc).items()
        }
        noms = itertools.cycle(random.sample(sorted(tours), len(tours)))
        for nom in itertools.islice(noms, combien):
            yield nom, next(tours[nom])

    @staticmethod
    def _a_abattre(courtiers: int, bases: int) -> list[str]:
        noms = ["courtier"] * courtiers + ["PostgreSQL"] * bases
        random.shuffle(noms)
        return noms

    def _faucher(self) -> None:
        while True:
            with self._verrou:
                condamne = next(self._suite, None)
            if condamne is None:
                return
            self._tuer(*condamne)

    def _tuer(self, nom: str, point: str) -> None:
        processus = self._banc.services[nom]
        self._banc.condamner(nom, point, random.randint(1, 3))
        limite = time.monotonic() + self._patience
        while processus.vit and time.monotonic() < limite:
            time.sleep(0.01)
        la = not processus.vit and processus.code == -signal.SIGKILL
        processus.tuer()
        with self._verrou:
            self.morts[nom, point if la else AILLEURS] += 1
        self._banc.relancer(nom)
        while True:  # a broker or a base that crashes meanwhile may end a process that starts
            try:
                return self._banc.attendre_pret(nom)
            except Empechement:
                self._banc.relancer(nom) if not processus.vit else None

    def _abattre(self) -> None:
        """Crashes the broker's nodes, each in its turn, and PostgreSQL."""
        noeuds = itertools.cycle(self._banc.noeuds)
        for serveur in self._serveurs:
            time.sleep(random.uniform(2, 4))
            nom = "postgres" if serveur == "PostgreSQL" else next(noeuds)
            self._banc.tuer_processus(nom)
            time.sleep(random.uniform(0, 1))
            self._banc.redemarrer(nom)
            self.serveurs[serveur] += 1


def _points(banc: Banc) -> dict[str, list[str]]:
    """Returns the points that each service comes to."""
    http = {"recu", "cle-prise", "verrou", "avant-commit", "apres-commit", "reponse-http"}
    return {nom: sorted(http if nom == "gateway" else POINTS.keys() - {"reponse-http"}) for nom in banc.membres}
