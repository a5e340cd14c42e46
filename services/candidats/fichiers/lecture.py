"""The sheet of candidates of a file: its headings, its lines."""

from dataclasses import dataclass, field
from datetime import date

from commun.lecture.a_part import lire_recu
from commun.lecture.classeur import Illisible

LIGNES_MAX = 5_000
COLONNES_MAX = 50

SANS_LIGNE = "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."


@dataclass(frozen=True)
class Feuille:
    """A sheet: its headings, and its lines with the numbers that the reader sees in his own file.

    Attributes:
        rang: the number of the line of headings.
        remarque: what is said of the sheets that are not read, where there are some.
        origine: the day from which the workbook counts the days; `None` for a csv, which does not say.
        masquees: the numbers of the lines that the reader does not see.
        titres: what is above the headings.
    """

    entetes: list[str]
    lignes: list[tuple[int, list[str]]]
    rang: int = 1
    remarque: str = ""
    origine: date | None = None
    masquees: frozenset[int] = frozenset()
    titres: list[tuple[int, list[str]]] = field(default_factory=list)


def lire(contenu: bytes) -> Feuille:
    """Returns the first sheet of a file that shows something, empty lines left out.

    Raises:
        Illisible: neither xlsx, ods nor csv; too large; no heading; no line.
    """
    tableau = lire_recu(contenu, lignes_max=LIGNES_MAX, colonnes_max=COLONNES_MAX)
    if len(tableau.lignes) < 2:
        raise Illisible(SANS_LIGNE)
    (rang, entetes), *lignes = tableau.lignes
    intitules = [entete.strip() for entete in entetes]
    return Feuille(intitules, lignes, rang, tableau.seule_lue, tableau.origine, tableau.masquees)
