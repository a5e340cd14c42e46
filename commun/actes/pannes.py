"""Work done by lots: one that fails is undone alone, and leaves the others to be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from commun.actes.unit_of_work import Acte
from commun.telemetry import journal, nom_de, refus_de


class Lots:
    """The lots of an act, each in a transaction of its own (`yield` between them).

    What fails in one is said, and raised, once the others are done: what fails at each try would else keep from ever
    being done all that comes after it.
    """

    def __init__(self, acte: Acte) -> None:
        self._acte = acte
        self._panne: Exception | None = None

    @contextmanager
    def un(self) -> Iterator[None]:
        """Undoes what its block did where it fails, unless the base itself went."""
        try:
            with self._acte.db.begin_nested():
                yield
        except Exception as panne:
            if self._acte.db.invalidated:
                raise
            if self._panne is None:
                journal.error("lot_en_echec", panne=nom_de(panne), raison=refus_de(panne))
                self._panne = panne

    def conclure(self) -> None:
        """Raises what the first of them that failed did: what was not all done is done again."""
        if self._panne:
            raise self._panne
