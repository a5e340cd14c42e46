"""What a test sees from outside: pages asked again and again, how long they take, what they answer."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.parcours.monde import Monde

PAGES = {
    "jures": "/jures",
    "candidats": "/candidats",
    "sessions": "/sessions",
    "referentiel": "/titres",
    "notifications": "/messages",
    "gateway": "/moi",
}
"""A page of each process."""


@dataclass
class Suivi:
    """What became of the requests to one page: status (0 where nobody answered) and seconds."""

    statuts: list[int] = field(default_factory=list)
    durees: list[float] = field(default_factory=list)

    @property
    def reussites(self) -> float:
        """The share that succeeded."""
        return sum(200 <= s < 300 for s in self.statuts) / len(self.statuts)

    @property
    def p95(self) -> float:
        """The 95th percentile, in milliseconds."""
        return statistics.quantiles(self.durees, n=20)[-1] * 1000


def demander(http: httpx.Client, chemin: str, suivi: Suivi | None = None) -> int:
    """Asks for a page; returns its status, 0 where nobody answered."""
    debut = time.monotonic()
    try:
        statut = http.get(chemin).status_code
    except httpx.HTTPError:
        statut = 0
    if suivi:
        suivi.statuts.append(statut)
        suivi.durees.append(time.monotonic() - debut)
    return statut


def client(monde: Monde) -> httpx.Client:
    """Returns a client of its own, signed in as national."""
    entetes = {"Authorization": monde.national.autorisation}
    return httpx.Client(base_url=f"{monde.url}/api/v1", timeout=12, headers=entetes, verify=False)


@contextmanager
def sous_charge(monde: Monde, *pages: str, rythme: float = 0.05) -> Iterator[dict[str, Suivi]]:
    """Asks for each page, without end, as long as the block runs; each by a client of its own."""
    suivis, fin = {page: Suivi() for page in pages}, threading.Event()

    def demander_sans_fin(page: str) -> None:
        with client(monde) as http:
            while not fin.wait(rythme):
                demander(http, page, suivis[page])

    fils = [threading.Thread(target=demander_sans_fin, args=(page,)) for page in pages]
    for fil in fils:
        fil.start()
    try:
        yield suivis
    finally:
        fin.set()
        for fil in fils:
            fil.join()


def retour(monde: Monde, *pages: str, secondes: float = 40) -> float:
    """Returns how long it takes until every page answers."""
    debut = time.monotonic()
    with client(monde) as http:
        for page in pages:
            while demander(http, page) != 200:
                assert time.monotonic() - debut < secondes, f"{page} : pas en {secondes} s"
                time.sleep(0.02)
    return time.monotonic() - debut
