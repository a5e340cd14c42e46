"""A file of any of the three formats, read as rows of text. It comes from outside: sizes are bounded before reading."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from defusedxml.ElementTree import iterparse

from commun.lecture_csv import est_un_texte, lire_csv

LIGNES_MAX = 5_000
COLONNES_MAX = 50
_RANGEES_LUES = 20_000
"""Rows that are looked at, empty ones included: spreadsheets often go on, empty, far below the last line."""

_DEPLOYE_MAX = 200_000_000
"""Bytes that a workbook, which is a ZIP, may hold once unfolded."""

_ORIGINE = date(1899, 12, 30)
"""The day from which an ods counts the days, where it does not say another."""

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

_NI_L_UN_NI_L_AUTRE = "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv."

SANS_LIGNE = "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."


class Illisible(Exception):
    """The file cannot be read. Its text is the sentence to show."""


@dataclass(frozen=True)
class Feuille:
    """A sheet: its headings, and its lines with the numbers that the reader sees in his own file.

    Attributes:
        rang: the number of the line of headings.
        nom: how the workbook names the sheet; empty for a csv, which has one.
        autres: the other sheets that the reader sees something in, and that are not read.
        origine: the day from which the workbook counts the days; `None` for a csv, which does not say.
    """

    entetes: list[str]
    lignes: list[tuple[int, list[str]]]
    rang: int = 1
    nom: str = ""
    autres: tuple[str, ...] = ()
    origine: date | None = None


class Rangee(NamedTuple):
    """A row, with the name of its sheet, and the day from which its workbook counts the days."""

    feuille: str
    cellules: list[str]
    origine: date | None


def lire(contenu: bytes) -> Feuille:
    """Returns the first sheet of a file that shows something, empty lines left out. The format is told by the content,
    not by the name.

    Raises:
        Illisible: neither xlsx, ods nor csv; too large; no heading; no line.
    """
    pleines: list[tuple[int, Rangee]] = []
    autres: list[str] = []
    try:
        for nom, siennes in groupby(_rangees(contenu), key=attrgetter("feuille")):
            if not pleines:
                pleines = [(n, rangee) for n, rangee in enumerate(_bornees(siennes), 1) if rangee.cellules]
            elif any(map(_pleine, siennes)):
                autres.append(nom)
    except Illisible:
        raise
    except Exception as erreur:  # whatever a broken workbook makes its reader raise
        raise Illisible("Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv.") from erreur
    if len(pleines) < 2:
        raise Illisible(SANS_LIGNE)
    (rang, lue), *suite = pleines
    entetes = [entete.strip() for entete in lue.cellules]
    lignes = [(n, rangee.cellules) for n, rangee in suite]
    return Feuille(entetes, lignes, rang, lue.feuille, tuple(autres), lue.origine)


def _rangees(contenu: bytes) -> Iterable[Rangee]:
    """Returns the rows of the sheets that the reader sees, sheet after sheet."""
    if contenu[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            if sum(fichier.file_size for fichier in archive.infolist()) > _DEPLOYE_MAX:
                raise Illisible("Ce classeur est trop volumineux.")
            noms = set(archive.namelist())
        if "content.xml" in noms:
            return _lire_ods(contenu)
        if "xl/workbook.xml" in noms:
            return _lire_xlsx(contenu)
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    if contenu[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        phrase = "L'ancien format xls n'est pas accepté, ni un classeur protégé par un mot de passe : "
        raise Illisible(f"{phrase}enregistrez ce classeur sans mot de passe, en xlsx, ods ou csv.")
    return _lire_csv(contenu)


def _bornees(rangees: Iterable[Rangee]) -> Iterator[Rangee]:
    pleines = 0
    for rangee in rangees:
        cellules = rangee.cellules
        while cellules and not cellules[-1].strip():
            cellules.pop()
        pleines += bool(cellules)
        if pleines > LIGNES_MAX + 1:
            raise Illisible(f"Ce fichier compte trop de lignes : {LIGNES_MAX} au plus.")
        if len(cellules) > COLONNES_MAX:
            raise Illisible(f"Ce fichier compte trop de colonnes : {COLONNES_MAX} au plus.")
        yield rangee


def _pleine(rangee: Rangee) -> bool:
    return any(cellule.strip() for cellule in rangee.cellules)


def _lire_csv(contenu: bytes) -> Iterator[Rangee]:
    if not est_un_texte(contenu):
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    return (Rangee("", cellules, None) for cellules in lire_csv(contenu))


def _lire_xlsx(contenu: bytes) -> Iterator[Rangee]:
    from openpyxl import load_workbook  # 8 MB, for who imports a file

    classeur = load_workbook(io.BytesIO(contenu), read_only=True, data_only=True)
    for feuille in classeur.worksheets:
        if feuille.sheet_state == "visible":
            for rangee in feuille.iter_rows(values_only=True, max_col=COLONNES_MAX + 1, max_row=_RANGEES_LUES):
                yield Rangee(feuille.title, [_en_texte(valeur) for valeur in rangee], classeur.epoch.date())


def _en_texte(valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case datetime() | date():
            return valeur.strftime("%Y-%m-%d")
        case float() if valeur.is_integer():
            return str(int(valeur))
        case _:
            return str(valeur)


def _lire_ods(contenu: bytes) -> Iterator[Rangee]:
    """Yields the rows of an ods, which says « and so on n times » of rows and cells that are alike."""
    cachees: set[str] = set()
    style, nom, visible, lues, origine = "", "", True, 0, _ORIGINE
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive, archive.open("content.xml") as flux:
        for evenement, noeud in iterparse(flux, events=("start", "end")):
            if evenement == "start":
                if noeud.tag == f"{_STYLE}style":
                    style = noeud.get(f"{_STYLE}name", "")
                elif noeud.tag == f"{_STYLE}table-properties" and noeud.get(f"{_TABLE}display") == "false":
                    cachees.add(style)
                elif noeud.tag == f"{_TABLE}null-date":
                    origine = date.fromisoformat(noeud.get(f"{_TABLE}date-value", _ORIGINE.isoformat()))
                elif noeud.tag == f"{_TABLE}table":
                    nom, lues = noeud.get(f"{_TABLE}name", ""), 0
                    visible = noeud.get(f"{_TABLE}style-name") not in cachees
            elif noeud.tag == f"{_TABLE}table-row":
                rangee = _cellules(noeud)
                fois = min(int(noeud.get(f"{_TABLE}number-rows-repeated", "1")), _RANGEES_LUES - lues)
                noeud.clear()
                for _ in range(fois if visible else 0):
                    lues += 1
                    yield Rangee(nom, list(rangee), origine)


def _cellules(rangee: Any) -> list[str]:
    lues: list[str] = []
    for cellule in rangee:
        if cellule.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        fois = int(cellule.get(f"{_TABLE}number-columns-repeated", "1"))
        lues += [_texte_ods(cellule)] * min(fois, COLONNES_MAX + 1)
    while lues and not lues[-1]:
        lues.pop()
    return lues


def _texte_ods(cellule: Any) -> str:
    """Returns what a cell holds, which is not what it shows of a number: « 75 112 », « 6,12E+08 »."""
    if cellule.get(f"{_OFFICE}value-type") == "float" and (nombre := cellule.get(f"{_OFFICE}value")):
        return _en_texte(float(nombre))
    propres = cellule.findall(f"{_TEXTE}p")  # its children alone: a comment has paragraphs too
    return cellule.get(f"{_OFFICE}date-value", "")[:10] or "\n".join("".join(p.itertext()) for p in propres)
