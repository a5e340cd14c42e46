"""What a workbook, xlsx or ods, is read into: rows of text."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

TROP_VOLUMINEUX = "Ce classeur est trop volumineux."
SANS_CALCUL = (
    "Des formules de ce classeur n'ont jamais été calculées : ouvrez-le dans votre tableur, enregistrez-le, et "
    "renvoyez-le."
)

_ECHAPPE = re.compile(r"_x00([01][0-9A-Fa-f])_")
"""How an xlsx may write a control character: the end of a line, « _x000D_ »."""


COLONNES_VUES = 100
"""Columns of which it is told whether they are hidden: more than a list of people has, and no more than one can hold,
whatever a file says of all those that follow."""


class Illisible(Exception):
    """The file cannot be read. Its text is the sentence to show."""


class Rangee(NamedTuple):
    """A row that holds something, as often as it follows itself.

    Attributes:
        feuille: the sheet that it is of.
        numero: its number, the first where it is repeated.
        cellules: those of a workbook to the last that is not blank; those of a csv as it has them.
        origine: the day from which its workbook counts the days.
        masquee: the reader does not see it.
        colonnes_masquees: the columns that he does not see, from 0 on, among the first `COLONNES_VUES`.
    """

    feuille: str
    numero: int
    cellules: list[str]
    origine: date | None = None
    fois: int = 1
    masquee: bool = False
    colonnes_masquees: frozenset[int] = frozenset()

    @property
    def numeros(self) -> range:
        return range(self.numero, self.numero + self.fois)


class Fusions:
    """The cells of a sheet that are merged with those below them: a workbook writes in the first row alone what all of
    them show."""

    def __init__(self) -> None:
        self._ouvertes: dict[int, tuple[int, str]] = {}

    def remplir(self, numero: int, cellules: list[str], fusionnees: Iterable[tuple[int, int]]) -> None:
        """Writes in the cells of a row what they show with those above.

        Args:
            fusionnees: the columns, from 0 on, of its cells that are merged with those below, and the last row of each.
        """
        for colonne, (derniere, montre) in list(self._ouvertes.items()):
            if numero > derniere:
                del self._ouvertes[colonne]
            elif montre:
                cellules += [""] * (colonne + 1 - len(cellules))
                cellules[colonne] = montre
        for colonne, derniere in fusionnees:
            self._ouvertes[colonne] = derniere, cellules[colonne] if colonne < len(cellules) else ""


def largeur(cellules: list[str]) -> int:
    """Returns how many cells a row has, to the last that is not blank."""
    return next((n for n in range(len(cellules), 0, -1) if cellules[n - 1].strip()), 0)


def en_texte(valeur: Any) -> str:
    """Returns the value of a cell as its row has it: a day in ISO 8601, a whole number without a point."""
    match valeur:
        case None:
            return ""
        case date():  # a datetime is one
            return valeur.strftime("%Y-%m-%d")
        case bool():
            return "VRAI" if valeur else "FAUX"
        case float() if valeur.is_integer():
            return str(int(valeur))
        case str() if "_x00" in valeur:
            return _ECHAPPE.sub(lambda signe: chr(int(signe[1], 16)), valeur)
        case _:
            return str(valeur)
