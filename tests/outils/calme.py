"""Whether all that was published has been heard."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from commun.topology import ecouteurs
from local.pile import paquets

Lire = Callable[[str, str], Iterable[tuple[Any, ...]]]
"""Returns the rows of a query on a service's database."""
_RECUS = "SELECT ecouteur, count(*) AS n FROM inbox GROUP BY 1"
_EMIS = "SELECT evenement, count(*) AS n, count(*) FILTER (WHERE publie_le IS NULL) AS a_publier FROM outbox GROUP BY 1"


def en_route(lire: Lire) -> int:
    """Returns how many events are still to be published, or to be handled by one of their listeners."""
    emis: Counter[str] = Counter()
    recus: Counter[str] = Counter()
    reste = 0
    for service in paquets():  # what was handled first: an event handled meanwhile would hide another that waits
        recus.update(dict(lire(service, _RECUS)))
    for service in paquets():
        for evenement, n, a_publier in lire(service, _EMIS):
            emis[evenement] = n
            reste += a_publier
    attendus: Counter[str] = Counter()
    for file, evenement in _ecouteurs():
        attendus[file] += emis[evenement]
    return reste + sum(n - recus[file] for file, n in attendus.items())


@cache
def _ecouteurs() -> list[tuple[str, str]]:
    return ecouteurs(f"{paquet}.service" for paquet in paquets().values())
