"""Files of lists, written as their rows come, in memory that does not grow with them: xlsx, ods, csv.

Each format is a function from an `Entete` and lots of rows to bytes. A value is a text, a whole number, or `None`; in a
column of dates it is a date in ISO 8601. A text stays a text, whatever it looks like: no program that opens the file
computes it as a formula, or makes a number of a phone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

Valeur = str | int | None
Lots = Iterator[list[list[Valeur]]]
_ETROITE, _LARGE, _MARGE = 8, 50, 2
"""Characters of a narrow column, of the widest, and those that a bold heading takes beside its own."""


@dataclass(frozen=True)
class Entete:
    """What a file begins with: the sheet's name, its headings, which of them are those of dates."""

    feuille: str
    colonnes: Sequence[str]
    dates: frozenset[str]

    @property
    def rangs_des_dates(self) -> frozenset[int]:
        return frozenset(rang for rang, nom in enumerate(self.colonnes) if nom in self.dates)


def mesurer(entete: Entete, lots: Lots) -> tuple[list[int], Lots]:
    """Returns how many characters each column is to show, by its heading and the first lot, and the lots again."""
    premier = next(lots, [])
    largeurs = []
    for rang, nom in enumerate(entete.colonnes):
        vues = (str(ligne[rang]) for ligne in premier if ligne[rang] is not None)
        longues = (len(vue) for valeur in vues for vue in valeur.split("\n"))
        largeurs.append(min(max(len(nom), *longues, _ETROITE) + _MARGE, _LARGE))
    return largeurs, chain([premier], lots)


class Incomplet(Exception):
    """The rows stopped before the last one."""


Format = Callable[[Entete, Lots], Iterator[bytes]]
