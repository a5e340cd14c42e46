"""What was changed behind the log's back is found: each chain and each seal read again, a lot at a time."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from commun.storage.db import figer, moteur, sans_limite
from commun.storage.tables import tetes, traces
from commun.traces import sceaux
from commun.traces.audit import ORIGINE, empreinte
from commun.traces.sceaux import Ouvrir, Rupture

_LOT = 1000
"""Traces that are verified in one transaction."""
_D_UN_COUP = 100
"""Those that are in memory at once: one of a results sheet is half a megabyte."""
_place = sa.tuple_(*traces.primary_key.columns)
_chaine = sa.tuple_(*tetes.primary_key.columns)
Objet = tuple[str, str]
"""Whose a chain is: objet_type, objet_id."""


def verifier(ouvrir: Ouvrir, fichiers: Sequence[Path] = ()) -> Iterator[Rupture]:
    """Yields the first bad row of each broken chain: altered, missing or moved; and the first bad seal.

    Args:
        ouvrir: opens a transaction, that of a lot (`lots_de`).
        fichiers: the seals written out of the base: what they say holds, even where the base's own were forged.
    """
    dites = set()
    for rupture in chain(_chaines_rompues(ouvrir), sceaux.ruptures(ouvrir, fichiers)):
        if rupture[:2] not in dites:
            dites.add(rupture[:2])
            yield rupture


def lots_de(service: str) -> Ouvrir:
    """Returns what opens a transaction on a service's base for each lot that is verified. One for all, minutes long on
    a large base, kept PostgreSQL from cleaning what everybody changed meanwhile."""

    @contextmanager
    def ouvrir() -> Iterator[sa.Connection]:
        with moteur(service).begin() as db:
            figer(db)
            sans_limite(db)
            yield db

    return ouvrir


def _chaines_rompues(ouvrir: Ouvrir) -> Iterator[Rupture]:
    marche = _Marche()
    while not marche.finie:
        with ouvrir() as db:
            rompues = list(marche.lot(db))
        yield from rompues


class _Marche:
    """The traces of all chains, gone through in order, so many at a time, each lot at one instant.

    A chain only grows: what is added to one that a lot has left in the middle follows what was read of it, and what is
    added behind is of after its verification. Its head is compared at the instant when its end is read: in the next
    lot, where it ends with this one.
    """

    def __init__(self) -> None:
        self.finie = False
        self._objet: Objet | None = None
        self._rang, self._empreinte, self._rompue = 0, ORIGINE, False

    def lot(self, db: sa.Connection) -> Iterator[Rupture]:
        """Yields the first bad row of each of those of the next lot; sets `finie` after the last."""
        avant, lues = self._objet, 0
        fins: dict[Objet | None, tuple[int, bytes] | None] = {}
        for ligne in db.execute(self._suivantes().execution_options(yield_per=_D_UN_COUP)).mappings():
            lues += 1
            if self._objet != (objet := (ligne["objet_type"], ligne["objet_id"])):
                fins[self._objet] = self._fin()
                self._objet, self._rang, self._empreinte, self._rompue = objet, 0, ORIGINE, False
            fidele = (ligne["rang"], ligne["precedente"]) == (self._rang + 1, self._empreinte)
            if not self._rompue and not (fidele and empreinte(dict(ligne)) == ligne["empreinte"]):
                self._rompue = True
                yield Rupture(*objet, ligne["rang"])
            self._rang, self._empreinte = ligne["rang"], ligne["empreinte"]
        self.finie = lues < _LOT
        if self.finie:
            fins[self._objet] = self._fin()
        yield from _coupees(fins, db.execute(self._tetes(avant)))

    def _fin(self) -> tuple[int, bytes] | None:
        """Returns the rank and the print of the last row that was read of a chain; `None` where it is broken before."""
        return None if self._rompue else (self._rang, self._empreinte)

    def _suivantes(self) -> sa.Select[Any]:
        lot = sa.select(traces).order_by(*traces.primary_key.columns).limit(sa.literal(_LOT, literal_execute=True))
        return lot.where(_place > (*self._objet, self._rang)) if self._objet else lot

    def _tetes(self, avant: Objet | None) -> sa.Select[Any]:
        """Returns the heads of the chains that end in a lot: from that which the lot before left in the middle to that
        which this one does."""
        siennes = sa.select(tetes)
        if avant:
            siennes = siennes.where(_chaine >= avant)
        return siennes if self.finie or not self._objet else siennes.where(_chaine < self._objet)


def _coupees(fins: dict[Objet | None, tuple[int, bytes] | None], siennes: Iterable[Any]) -> Iterator[Rupture]:
    """Yields the chains whose last row is not the one that their head tells of: rows, or a head, were taken away."""
    fins.pop(None, None)  # before the first chain
    for tete in siennes:
        fin = fins.pop((tete.objet_type, tete.objet_id), (0, ORIGINE))
        if fin and fin != (tete.rang, tete.empreinte):
            yield Rupture(tete.objet_type, tete.objet_id, tete.rang)
    for objet, fin in fins.items():
        if objet and fin:
            yield Rupture(*objet, fin[0])
