"""Clients over HTTP: so many at once, each sending its next request as soon as the last is answered."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from demo.comptes import MOT_DE_PASSE


@dataclass
class Charge:
    """What became of the requests."""

    duree: float = 0.0
    latences: list[float] = field(default_factory=list)
    """Milliseconds, of those that succeeded."""
    echecs: Counter[str] = field(default_factory=Counter)

    @property
    def debit(self) -> float:
        """Successes a second."""
        return len(self.latences) / self.duree


Demande = tuple[str, str, Any]
"""Method, path, body."""


def entetes(url: str, identifiant: str) -> dict[str, str]:
    """Returns the headers that sign the requests of an account of the demo."""
    corps = {"identifiant": identifiant, "mot_de_passe": MOT_DE_PASSE}
    jeton = httpx.post(f"{url}/api/v1/jetons", json=corps, timeout=30).raise_for_status().json()["jeton"]
    return {"Authorization": f"Bearer {jeton}"}


def charger(
    port: int,
    entetes: dict[str, str],
    demandes: Iterator[Demande],
    appelants: int,
    duree: float,
    rythme: float = 0.0,
) -> Charge:
    """Sends these requests for `duree` seconds.

    Args:
        rythme: requests a second, all callers together, each sent at its own time and timed from it, whether or not
            those before it were answered; 0: as fast as they are answered.
    """
    charge, debut, verrou = Charge(), time.perf_counter(), threading.Lock()
    fin, rang = debut + duree, iter(range(10**9))

    def suivante() -> tuple[Demande, float] | None:
        with verrou:
            a = debut + next(rang) / rythme if rythme else 0.0
            demande = None if (a or time.perf_counter()) >= fin else next(demandes, None)
        return demande and (demande, a)

    def appeler() -> None:
        ligne = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while prise := suivante():
            (methode, chemin, corps), a = prise
            if a > (maintenant := time.perf_counter()):
                time.sleep(a - maintenant)
            depart = a or time.perf_counter()
            ligne.request(methode, chemin, orjson.dumps(corps), entetes | {"Content-Type": "application/json"})
            reponse = ligne.getresponse()
            dit = reponse.read()
            if reponse.status < 300:
                charge.latences.append((time.perf_counter() - depart) * 1000)
            else:
                charge.echecs[f"{reponse.status} {dit[:300].decode(errors='replace')}"] += 1
        ligne.close()

    fils = [threading.Thread(target=appeler) for _ in range(appelants)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    charge.duree = time.perf_counter() - debut
    return charge
