"""The door of who signs in: verifying a password takes what answering twenty pages does, and nobody is known yet."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore
from werkzeug.middleware.proxy_fix import ProxyFix

from commun.config import config
from commun.domain.errors import TropDeRequetes
from gateway.commands.connexion import ligne_de

_VERS = ("/connexion", "/api/v1/jetons")
_ENSEMBLE, _PAR_LIGNE = 4, 2
"""Workers held by who signs in, of a gateway's sixteen; by who does so from one address: as many as passwords are
verified at once, so that a whole service behind its own comes in no later than if each had a worker."""
_PATIENCE = 30
_TROP = "Trop de personnes s'identifient en même temps depuis votre réseau : recommencez dans une minute."


class Entrees:
    """Who waits at the door does so on his connection, in his address's turn: he holds no worker, so that pages have
    theirs however many try, and he stands behind nobody from elsewhere.
    """

    def __init__(self, ensemble: int, par_ligne: int, patience: float) -> None:
        """Args:
        ensemble: how many may be inside at once.
        par_ligne: how many of those from one address.
        patience: seconds that one waits for his turn.
        """
        self._ensemble, self._par_ligne, self._patience = Semaphore(ensemble), par_ligne, patience
        self._lignes: dict[str, Semaphore] = {}
        self._presents: Counter[str] = Counter()

    @contextmanager
    def passer(self, ligne: str) -> Iterator[None]:
        """Waits for one's turn, and goes out at the end.

        Raises:
            TropDeRequetes: it did not come in time.
        """
        sienne = self._lignes.setdefault(ligne, Semaphore(self._par_ligne))
        self._presents[ligne] += 1
        prises: list[Semaphore] = []
        try:
            with eventlet.Timeout(self._patience, TropDeRequetes(_TROP, reessayer_dans=60)):
                for place in (sienne, self._ensemble):
                    place.acquire()
                    prises.append(place)
            yield
        finally:
            for place in prises:
                place.release()
            self._presents[ligne] -= 1
            if not self._presents[ligne]:
                del self._presents[ligne], self._lignes[ligne]


entrees = Entrees(_ENSEMBLE, _PAR_LIGNE, _PATIENCE)


def s_identifie(environ: dict[str, Any]) -> bool:
    """Whether a request brings a password to verify."""
    return environ["REQUEST_METHOD"] == "POST" and environ.get("PATH_INFO", "").rstrip("/") in _VERS


def ligne(environ: dict[str, Any]) -> str:
    """Returns whom the address of a request tells apart, as the application will know it."""
    return ligne_de(_adresse()(dict(environ), None) or "")


@cache
def _adresse() -> Any:
    n = config().proxys

    def lire(environ: dict[str, Any], _repondre: None) -> Any:
        return environ.get("REMOTE_ADDR")

    return ProxyFix(lire, x_for=n) if n else lire  # type: ignore[arg-type]
