"""A file of any of the three formats, xlsx, ods or csv, read as rows of text. It comes from outside: sizes are bounded
before reading.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from commun.domain.textes import accorder, nombre, sans_invisibles
from commun.lecture.classeur import TROP_VOLUMINEUX, Illisible, Rangee, largeur
from commun.lecture.csv import GuillemetOuvert, est_un_texte, lire_csv
from commun.lecture.ods import lire_ods
from commun.lecture.xlsx import lire_xlsx

_CELLULES_MAX = 5_000_000
"""Cells that are kept, blank ones before others included."""

_TEXTE_MAX = 50_000_000
"""Characters that are kept: a workbook writes once a text that all its cells show."""

DEPLOYE_MAX = 200_000_000
"""Bytes that a workbook, which is a ZIP, may hold once unfolded."""

_FIN_DE_LIGNE = re.compile(r"\r\n?")

XLSX = "xl/workbook.xml"
"""What a workbook has for openpyxl to read it."""
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFESTE = "META-INF/manifest.xml"

_EN_CELUI_LA = "« Enregistrer sous » en xlsx, en ods ou en csv, et renvoyez ce fichier-là."
_NI_L_UN_NI_L_AUTRE = (
    "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv. Si votre tableur l'ouvre : "
    f"{_EN_CELUI_LA}"
)
"""So of what a spreadsheet opens as any other: an xlsb, a web page that some software exports under the name of xls."""
_CHIFFRE = "EncryptedPackage".encode("utf-16-le")
"""What names, in the container of the old formats, a workbook behind a password."""
_ANCIEN = f"L'ancien format xls n'est pas accepté : dans votre tableur, {_EN_CELUI_LA}"
_PROTEGE = (
    "Un classeur protégé par un mot de passe ne se lit pas : enregistrez-le sans mot de passe, en xlsx, ods ou csv."
)


@dataclass(frozen=True)
class Tableau:
    """A sheet.

    Attributes:
        lignes: the rows that hold something, with the numbers that the reader sees in his own file; those of a
            workbook to their last cell that is not blank.
        nom: how the workbook names the sheet; empty for a csv, which has one.
        autres: the other sheets that the reader sees something in, and that are not read.
        origine: the day from which the workbook counts the days; `None` for a csv, which does not say.
        masquees: the numbers of those of its rows that the reader does not see.
        colonnes_masquees: the columns that he does not see, as `Rangee` has them.
    """

    lignes: list[tuple[int, list[str]]]
    nom: str = ""
    autres: tuple[str, ...] = ()
    origine: date | None = None
    masquees: frozenset[int] = frozenset()
    colonnes_masquees: frozenset[int] = frozenset()

    @property
    def classeur(self) -> bool:
        return self.origine is not None

    @property
    def seule_lue(self) -> str:
        """What is said of a workbook of several sheets, of which one is read."""
        autres = ", ".join(f"« {nom} »" for nom in self.autres)
        return f"Seule la feuille « {self.nom} » est lue ; ce classeur en a d'autres : {autres}." if autres else ""

    @property
    def masquees_lues(self) -> str:
        """What is said of its hidden rows: nothing where there is none."""
        if not self.masquees:
            return ""
        dites = accorder(f"{len(self.masquees)} ligne(s) masquée(s) dans ce classeur")
        return f"{dites} {'sont lues comme' if len(self.masquees) > 1 else 'est lue comme'} les autres."


def lire_tableau(contenu: bytes, *, lignes_max: int | None = None, colonnes_max: int | None = None) -> Tableau:
    """Returns the first sheet of a file that shows something. The format is told by the content, not by the name.

    Raises:
        Illisible: neither xlsx, ods nor csv; damaged; too large.
    """
    lignes: list[tuple[int, list[str]]] = []
    nom, origine, autres, masquees = "", None, [], set()
    colonnes: frozenset[int] = frozenset()
    try:
        for feuille, siennes in groupby(_rangees(contenu), key=attrgetter("feuille")):
            if lignes:
                autres.append(feuille)
                continue
            nom = feuille
            for rangee in _bornees(siennes, lignes_max, colonnes_max):
                origine, colonnes = rangee.origine, rangee.colonnes_masquees
                cellules = [_comme_on_la_voit(cellule) for cellule in rangee.cellules]
                lignes += [(numero, cellules) for numero in rangee.numeros]
                masquees |= set(rangee.numeros) if rangee.masquee else set()
    except Illisible:
        raise
    except GuillemetOuvert as ouvert:
        raise Illisible(str(ouvert)) from ouvert
    except MemoryError as sans_place:
        raise Illisible(TROP_VOLUMINEUX) from sans_place
    except Exception as erreur:  # whatever a broken workbook makes its reader raise
        raise Illisible("Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv.") from erreur
    return Tableau(lignes, nom, tuple(autres), origine, frozenset(masquees), colonnes)


def _comme_on_la_voit(cellule: str) -> str:
    """Returns a cell without what nobody sees in it, its lines ended alike."""
    visible = sans_invisibles(cellule)
    return _FIN_DE_LIGNE.sub("\n", visible) if "\r" in visible else visible


def _rangees(contenu: bytes) -> Iterator[Rangee]:
    """Returns the rows that hold something of the sheets that the reader sees, sheet after sheet: of those after the
    first that has some, one at least."""
    if contenu[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            if sum(fichier.file_size for fichier in archive.infolist()) > DEPLOYE_MAX:
                raise Illisible(TROP_VOLUMINEUX)
            noms = set(archive.namelist())
            manifeste = archive.read(_MANIFESTE) if _MANIFESTE in noms else b""
            genre = archive.read("mimetype") if "mimetype" in noms else _ODS
        if b"encryption-data" in manifeste:
            raise Illisible(_PROTEGE)
        if "content.xml" in noms and genre.startswith(_ODS):
            return lire_ods(contenu)
        if XLSX in noms:
            return lire_xlsx(contenu)
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    if contenu[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Illisible(_PROTEGE if _CHIFFRE in contenu else _ANCIEN)
    if not est_un_texte(contenu):
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    return (Rangee("", n, cellules) for n, cellules in enumerate(lire_csv(contenu), 1) if largeur(cellules))


def _bornees(rangees: Iterable[Rangee], lignes_max: int | None, colonnes_max: int | None) -> Iterator[Rangee]:
    lignes = cellules = texte = 0
    for rangee in rangees:
        lignes += rangee.fois
        if lignes_max is not None and lignes > lignes_max + 1:  # the first is that of the headings
            raise Illisible(f"Ce fichier compte trop de lignes : {nombre(lignes_max)} au plus.")
        if colonnes_max is not None and largeur(rangee.cellules) > colonnes_max:
            raise Illisible(f"Ce fichier compte trop de colonnes : {colonnes_max} au plus.")
        cellules += rangee.fois * len(rangee.cellules)
        texte += rangee.fois * sum(map(len, rangee.cellules))
        if cellules > _CELLULES_MAX or texte > _TEXTE_MAX:
            raise Illisible(TROP_VOLUMINEUX)
        yield rangee
