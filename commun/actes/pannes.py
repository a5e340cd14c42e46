"""Work done by lots: one that fails is undone alone, and leaves the others to be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from commun.actes.unit_of_work import Acte
from commun.telemetry import journal, nom_de, refus_de


class Pannes:
    """What fails in the lots of an act, each in a transaction of its own (`yield` between them).

    It is said, and raised once the others are done: what fails at each try would else keep from ever being done all
    that comes after it.
    """

    def __init__(self, acte: Acte) -> None:
        self._acte = acte
        self._premiere: Exception | None = None

    @contextmanager
    def retenir(self) -> Iterator[None]:
        """Undoes what its block, a lot, did where it fails, unless the base itself went."""
        try:
            with self._acte.db.begin_nested():
                yield
        except Exception as panne:
            if self._acte.db.invalidated:
                raise
            if self._premiere is None:
                journal.error("lot_en_echec", panne=nom_de(panne), raison=refus_de(panne))
                self._premiere = panne

    def lever(self) -> None:
        """Raises the first of them: what was not all done is done again."""
        if self._premiere:
            raise self._premiere
