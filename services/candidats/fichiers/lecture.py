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
        colonnes_masquees: the columns that the reader does not see, as `Rangee` has them.
    """

    entetes: list[str]
    lignes: list[tuple[int, list[str]]]
    rang: int = 1
    remarque: str = ""
    origine: date | None = None
    masquees: frozenset[int] = frozenset()
    titres: list[tuple[int, list[str]]] = field(default_factory=list)
    colonnes_masquees: frozenset[int] = frozenset()

    @property
    def entetes_masques(self) -> str:
        """What is said of the columns that bear a heading and that the reader does not see; nothing where none is."""
        noms = [f"« {e} »" for place, e in enumerate(self.entetes) if e and place in self.colonnes_masquees]
        if not noms:
            return ""
        dites, lues = ("Colonnes masquées", "elles sont lues") if len(noms) > 1 else ("Colonne masquée", "elle est lue")
        return f"{dites} dans ce classeur : {', '.join(noms)} ; {lues} comme les autres."


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
    return Feuille(
        intitules,
        lignes,
        rang,
        tableau.seule_lue,
        tableau.origine,
        tableau.masquees,
        colonnes_masquees=tableau.colonnes_masquees,
    )
