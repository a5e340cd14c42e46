"""A workbook, xlsx or ods, read as rows of text."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, NamedTuple

from defusedxml.ElementTree import iterparse

_LIGNES_MAX, _COLONNES_MAX = 1_048_576, 16_384
"""Rows and columns that a sheet has, whatever program made it."""

_CASES_MAX = 20_000_000
"""Cells that are looked at, those that a workbook leaves out between two others included."""

_MORCEAU = 1 << 20
_VALEURS = (b"<v>", b"<v ", b"<is>")
_NUMERO = re.compile(rb'<row [^>]*?\br="(\d+)"')
"""What a cell of an xlsx holds, and which row it is in."""

_RANGEE = re.compile(rb"<row [^>]*>")
_MASQUEE = re.compile(rb'\bhidden="(?:1|true)"')
_MASQUEES_ODS = ("collapse", "filter")
"""What says of a row that its reader does not see it: hidden by hand, or left out by a filter."""

_ORIGINE = date(1899, 12, 30)
"""The day from which an ods counts the days, where it does not say another."""

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

_SANS_FEUILLE = "Ce classeur n'a aucune feuille qui se lise : enregistrez-le de nouveau, en « Classeur Excel (.xlsx) »."
TROP_VOLUMINEUX = "Ce classeur est trop volumineux."


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
    """

    feuille: str
    numero: int
    cellules: list[str]
    origine: date | None = None
    fois: int = 1
    masquee: bool = False

    @property
    def numeros(self) -> range:
        return range(self.numero, self.numero + self.fois)


def largeur(cellules: list[str]) -> int:
    """Returns how many cells a row has, to the last that is not blank."""
    return next((n for n in range(len(cellules), 0, -1) if cellules[n - 1].strip()), 0)


def lire_xlsx(contenu: bytes) -> Iterator[Rangee]:
    """Yields the rows of an xlsx that hold something, of the sheets that the reader sees: of those after the first that
    has some, one.

    Raises:
        Illisible: it has no sheet that is read, or looks larger than any.
    """
    from openpyxl import load_workbook  # 8 MB, for who imports a file

    classeur = load_workbook(io.BytesIO(contenu), read_only=True, data_only=True)
    if not classeur.worksheets:  # of a variety of the format that openpyxl does not know (« Strict Open XML »)
        raise Illisible(_SANS_FEUILLE)
    lues: list[str] = []
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        for feuille in classeur.worksheets:
            if feuille.sheet_state == "visible":
                with archive.open(feuille._worksheet_path) as flux:
                    jusqu_a, masquees = _derniere_pleine(flux)
                siennes = _pleines(feuille, jusqu_a, classeur.epoch.date(), masquees)
                for rangee in islice(siennes, 1) if lues else siennes:
                    lues = rangee.cellules
                    yield rangee


def _pleines(feuille: Any, jusqu_a: int | None, origine: date, masquees: set[int]) -> Iterator[Rangee]:
    feuille.reset_dimensions()  # it would read as far as the sheet says that it goes: some say it wrong
    cases = 0
    for numero, valeurs in enumerate(feuille.iter_rows(values_only=True, max_row=jusqu_a), 1):
        cases += len(valeurs)
        if numero > _LIGNES_MAX or cases > _CASES_MAX:
            raise Illisible(TROP_VOLUMINEUX)
        cellules = [_en_texte(valeur) for valeur in valeurs]
        if utiles := largeur(cellules):
            yield Rangee(feuille.title, numero, cellules[:utiles], origine, masquee=numero in masquees)


def _derniere_pleine(flux: IO[bytes]) -> tuple[int | None, set[int]]:
    """Returns the number of the last row of a sheet that holds something, `None` where it does not show in its bytes,
    and those of the rows that are hidden, which openpyxl does not say of a sheet that it only reads.

    Sheets often go on far below it, blank but for their borders, and openpyxl is as long to read a blank cell as
    another: half a minute of them.
    """
    derniere, courante, reste = 0, None, b""
    masquees: set[int] = set()
    while morceau := flux.read(_MORCEAU):
        lu = reste + morceau
        fin = max(lu.rfind(b"<"), 0)  # what begins there may go on in the next piece
        lu, reste = lu[:fin], lu[fin:]
        cachees = (rangee for rangee in _RANGEE.findall(lu) if _MASQUEE.search(rangee)) if b"hidden" in lu else ()
        masquees |= {int(numero[1]) for rangee in cachees if (numero := _NUMERO.match(rangee))}
        valeur = max(map(lu.rfind, _VALEURS))
        if valeur >= 0:
            rangee = lu.rfind(b"<row ", 0, valeur)
            numero = _NUMERO.match(lu, rangee) if rangee >= 0 else courante
            if numero is None:
                return None, masquees
            derniere = int(numero[1])
        if (rangee := lu.rfind(b"<row ")) >= 0:
            courante = _NUMERO.match(lu, rangee)
    return derniere or None, masquees


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


def lire_ods(contenu: bytes) -> Iterator[Rangee]:
    """Yields the rows of an ods, which says « and so on n times » of rows and cells that are alike."""
    cachees: set[str] = set()
    style, nom, visible, numero, origine = "", "", True, 0, _ORIGINE
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
                    nom, numero = noeud.get(f"{_TABLE}name", ""), 0
                    visible = noeud.get(f"{_TABLE}style-name") not in cachees
            elif noeud.tag == f"{_TABLE}table-row":
                fois, cellules = int(noeud.get(f"{_TABLE}number-rows-repeated", "1")), _cellules(noeud)
                masquee = noeud.get(f"{_TABLE}visibility") in _MASQUEES_ODS
                noeud.clear()
                if visible and cellules:
                    yield Rangee(nom, numero + 1, cellules, origine, fois, masquee)
                numero += fois


def _cellules(rangee: Any) -> list[str]:
    lues: list[str] = []
    blanches = 0
    for cellule in rangee:
        if cellule.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        fois = min(int(cellule.get(f"{_TABLE}number-columns-repeated", "1")), _COLONNES_MAX)
        texte = _texte_ods(cellule)
        if not texte.strip():
            blanches += fois
        elif blanches + len(lues) < _COLONNES_MAX:
            lues += [""] * blanches + [texte] * fois
            blanches = 0
    return lues


def _texte_ods(cellule: Any) -> str:
    """Returns what a cell holds, which is not what it shows of a number: « 75 112 », « 6,12E+08 »."""
    if cellule.get(f"{_OFFICE}value-type") == "float" and (nombre := cellule.get(f"{_OFFICE}value")):
        return _en_texte(float(nombre))
    propres = cellule.findall(f"{_TEXTE}p")  # its children alone: a comment has paragraphs too
    return cellule.get(f"{_OFFICE}date-value", "")[:10] or "\n".join("".join(p.itertext()) for p in propres)
