"""Watches over processes: one that dies is said, and started again, a little later each time."""

import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from local.console import Empechement
from local.processus import Processus

_RAPIDE = 10
"""A process that lives less than these seconds died of its start."""
_ESSAIS = 5
"""Deaths of that kind, one after the other, after which starting again is no help."""


class Surveillance:
    """Keeps these processes alive until someone interrupts it."""

    def __init__(self, processus: Sequence[Processus], dire: Callable[[str], None], *, unite: float = 1) -> None:
        """Watches nothing yet. `unite`: seconds before the first new start; each one after waits twice as long."""
        self._processus = processus
        self._dire = dire
        self._unite = unite
        self._morts = dict.fromkeys((p.nom for p in processus), 0)
        self._reprises: dict[str, float] = {}

    def veiller(self) -> NoReturn:
        """Watches for ever.

        Raises:
            Empechement: a process keeps dying.
        """
        while True:
            self.passer()
            time.sleep(0.2)

    def passer(self) -> None:
        """Looks once at every process."""
        for processus in self._processus:
            if processus.vit:
                continue
            if processus.nom not in self._reprises:
                self._constater(processus)
            elif time.monotonic() >= self._reprises[processus.nom]:
                del self._reprises[processus.nom]
                processus.lancer()

    def _constater(self, processus: Processus) -> None:
        rapide = time.monotonic() - processus.depart < _RAPIDE
        morts = self._morts[processus.nom] + 1 if rapide else 1
        self._morts[processus.nom] = morts
        cause = _cause(processus.code or 0)
        if morts >= _ESSAIS:
            raise Empechement(
                f"« {processus.nom} » s'est arrêté {morts} fois de suite ({cause}) ; "
                f"son journal ({processus.journal}) finit par :\n{processus.derniers_mots()}"
            )
        attente = self._unite * 2 ** (morts - 1)
        self._dire(f"« {processus.nom} » s'est arrêté ({cause}) ; il repart dans {attente:g} s.")
        self._reprises[processus.nom] = time.monotonic() + attente


def _cause(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
