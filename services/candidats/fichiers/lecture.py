"""A file of any of the three formats, read as rows of text. It comes from outside: sizes are bounded before reading."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from defusedxml.ElementTree import iterparse

from commun.lecture_csv import est_un_texte, lire_csv

LIGNES_MAX = 5_000
COLONNES_MAX = 50
_RANGEES_LUES = 20_000
"""Rows that are looked at, empty ones included: spreadsheets often go on, empty, far below the last line."""

_DEPLOYE_MAX = 200_000_000
"""Bytes that a workbook, which is a ZIP, may hold once unfolded."""

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

_NI_L_UN_NI_L_AUTRE = "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv."


class Illisible(Exception):
    """The file cannot be read. Its text is the sentence to show."""


@dataclass(frozen=True)
class Feuille:
    """A sheet: its headings, and its lines with the numbers that the reader sees in his own file."""

    entetes: list[str]
    lignes: list[tuple[int, list[str]]]


def lire(contenu: bytes) -> Feuille:
    """Returns the first sheet of a file, empty lines left out. The format is told by the content, not by the name.

    Raises:
        Illisible: neither xlsx, ods nor csv; too large; no heading; no line.
    """
    try:
        rangees = list(_bornees(_rangees(contenu)))
    except Illisible:
        raise
    except Exception as erreur:  # whatever a broken workbook makes its reader raise
        raise Illisible("Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv.") from erreur
    pleines = [(n, r) for n, r in enumerate(rangees, 1) if any(c.strip() for c in r)]
    if len(pleines) < 2:
        raise Illisible("Ce fichier ne contient aucune ligne sous ses intitulés de colonnes.")
    return Feuille(entetes=[e.strip() for e in pleines[0][1]], lignes=pleines[1:])


def _rangees(contenu: bytes) -> Iterable[list[str]]:
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
        raise Illisible("L'ancien format xls n'est pas accepté : enregistrez ce classeur en xlsx, ods ou csv.")
    return _lire_csv(contenu)


def _bornees(rangees: Iterable[list[str]]) -> Iterator[list[str]]:
    pleines = 0
    for rangee in rangees:
        pleines += any(cellule.strip() for cellule in rangee)
        if pleines > LIGNES_MAX + 1:
            raise Illisible(f"Ce fichier compte trop de lignes : {LIGNES_MAX} au plus.")
        while rangee and not rangee[-1].strip():
            rangee.pop()
        if len(rangee) > COLONNES_MAX:
            raise Illisible(f"Ce fichier compte trop de colonnes : {COLONNES_MAX} au plus.")
        yield rangee


def _lire_csv(contenu: bytes) -> Iterator[list[str]]:
    if not est_un_texte(contenu):
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    return lire_csv(contenu)


def _lire_xlsx(contenu: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # 8 MB, for who imports a file

    classeur = load_workbook(io.BytesIO(contenu), read_only=True, data_only=True)
    feuille = classeur.worksheets[0]
    for rangee in feuille.iter_rows(values_only=True, max_col=COLONNES_MAX + 1, max_row=_RANGEES_LUES):
        yield [_en_texte(valeur) for valeur in rangee]


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


def _lire_ods(contenu: bytes) -> Iterator[list[str]]:
    """Yields the rows of an ods, which says « and so on n times » of rows and cells that are alike."""
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive, archive.open("content.xml") as flux:
        for _, noeud in iterparse(flux, events=("end",)):
            if noeud.tag == f"{_TABLE}table":
                return
            if noeud.tag != f"{_TABLE}table-row":
                continue
            rangee = _cellules(noeud)
            fois = int(noeud.get(f"{_TABLE}number-rows-repeated", "1"))
            noeud.clear()
            for _ in range(fois if rangee else min(fois, LIGNES_MAX)):
                yield list(rangee)


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
