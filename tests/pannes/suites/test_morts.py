"""Two processes of each, of which one or another dies (kill -9) under a crowd: nothing is lost, nor done twice."""

import os
import random
import threading
import time
from collections import Counter
from types import TracebackType

import pytest

from tests.pannes.banc import Banc
from tests.pannes.suites.gestes_simultanes import NOMS, Demande
from tests.pannes.suites.pays import Pays
from tests.pannes.suites.test_suites import SuitesLongues

MORTS = int(os.environ.get("SUITES", "20"))
"""How many processes `make suites` kills."""
_ENSEMBLE = 10


class Faucheur:
    """Kills a process, starts it again, and goes on with another, until so many are dead; its twin serves meanwhile."""

    def __init__(self, banc: Banc, combien: int) -> None:
        self._banc, self._combien = banc, combien
        self._fil = threading.Thread(target=self._faucher)
        self._erreurs: list[Exception] = []
        self.morts: Counter[str] = Counter()

    @property
    def fini(self) -> bool:
        return not self._fil.is_alive()

    def __enter__(self) -> "Faucheur":
        self._fil.start()
        return self

    def __exit__(self, genre: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if genre:
            self._combien = 0  # what went wrong has been said
        self._fil.join()
        assert genre or self._erreurs == []

    def _faucher(self) -> None:
        alea = random.Random(self._combien)
        try:
            while self.morts.total() < self._combien:
                nom = alea.choice(sorted(self._banc.services))
                time.sleep(alea.uniform(0.5, 3))
                self._banc.tuer_processus(nom)
                self.morts[nom] += 1
                self._banc.relancer(nom)
                self._banc.attendre_pret(nom)
        except Exception as erreur:
            self._erreurs.append(erreur)


class Foule(SuitesLongues):
    """Acts at once, whoever dies meanwhile: who had no answer asks again, under the same key."""

    on_tue, essais = True, 100

    def tirer(self, alea: random.Random) -> list[Demande]:
        """Draws what is done at once, on two sessions or three."""
        noms = (alea.choice(NOMS) for _ in range(_ENSEMBLE))
        return [self.demande(nom, alea.choice(self.sessions), alea.randrange(31)) for nom in noms]


@pytest.mark.lente
def test_beaucoup_de_morts(pays: Pays) -> None:
    foule, alea = Foule(pays), random.Random(0)
    foule.commencer(["validee", "convoquee"], ["acquis", "acquis"])
    with Faucheur(pays.pile, MORTS) as faucheur:
        while not faucheur.fini:
            foule.tous_a_la_fois(foule.tirer(alea))
    foule.reprendre_tout()
    foule.teardown()
