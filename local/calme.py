"""Whether all that was published has been heard, by what the services' databases say."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from commun.bus.topology import ecouteurs
from local.pile import paquets

Lire = Callable[[str, str], Iterable[tuple[Any, ...]]]
"""Returns the rows of a query on a service's database."""
_RECUS = "SELECT ecouteur, count(*) AS n FROM inbox GROUP BY 1"
_EMIS = "SELECT evenement, count(*) AS n FROM outbox GROUP BY 1"
_A_PUBLIER = "SELECT count(*) AS n FROM outbox WHERE publie_le IS NULL"


def en_route(lire: Lire) -> int:
    """Returns how many events are still to be published, or to be handled by one of their listeners."""
    a_publier = sum(n for service in paquets() for (n,) in lire(service, _A_PUBLIER))
    return a_publier + sum(a_traiter(lire).values())


def a_traiter(lire: Lire) -> dict[str, int]:
    """Returns, by queue, how many of the events written for it its listener has not handled, where some are; less than
    zero where it handled more than were written.
    """
    emis: Counter[str] = Counter()
    recus: Counter[str] = Counter()
    for service in paquets():  # what was handled first: an event handled meanwhile would hide another that waits
        recus.update(dict(lire(service, _RECUS)))
    for service in paquets():
        emis.update(dict(lire(service, _EMIS)))
    attendus: Counter[str] = Counter()
    for file, evenement in _ecouteurs():
        attendus[file] += emis[evenement]
    return {file: n - recus[file] for file, n in attendus.items() if n != recus[file]}


@cache
def _ecouteurs() -> list[tuple[str, str]]:
    return ecouteurs(f"{paquet}.service" for paquet in paquets().values())
