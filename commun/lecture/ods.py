"""An ods read as rows of text."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

from defusedxml.ElementTree import iterparse

from commun.lecture.classeur import COLONNES_VUES, SANS_CALCUL, Fusions, Illisible, Rangee, en_texte

_COLONNES_MAX = 16_384
"""Columns that a sheet has, whatever program made it."""

_MASQUEES = ("collapse", "filter")
"""What says of a row, or of a column, that its reader does not see it: hidden by hand, or left out by a filter."""

_ORIGINE = date(1899, 12, 30)
"""The day from which an ods counts the days, where it does not say another."""

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

_SIGNES = {f"{_TEXTE}s": " ", f"{_TEXTE}tab": " ", f"{_TEXTE}line-break": "\n"}
"""The signs that a paragraph writes as tags."""

_CELLULES = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def lire_ods(contenu: bytes) -> Iterator[Rangee]:
    """Yields the rows of an ods, which says « and so on n times » of rows and cells that are alike.

    Raises:
        Illisible: a formula has no value, where its reader sees one.
    """
    lecture = _Lecture()
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive, archive.open("content.xml") as flux:
        for evenement, noeud in iterparse(flux, events=("start", "end")):
            if evenement == "start":
                lecture.entrer(noeud)
            elif noeud.tag == f"{_TABLE}table-row":
                rangee = lecture.rangee(noeud)
                noeud.clear()
                if rangee:
                    yield rangee


class _Lecture:
    """Where one stands in an ods: what was read of its styles, the sheet that goes on, its rows so far."""

    def __init__(self) -> None:
        self._style = ""
        self._cachees: set[str] = set()
        self._origine = _ORIGINE
        self._feuille = ""
        self._visible = True
        self._passees = self._colonnes = 0
        self._masquees: frozenset[int] = frozenset()
        self._fusions = Fusions()

    def entrer(self, noeud: Any) -> None:
        """Notes what the start of a tag says of all that follows."""
        if noeud.tag == f"{_STYLE}style":
            self._style = noeud.get(f"{_STYLE}name", "")
        elif noeud.tag == f"{_STYLE}table-properties" and noeud.get(f"{_TABLE}display") == "false":
            self._cachees.add(self._style)
        elif noeud.tag == f"{_TABLE}null-date":
            self._origine = date.fromisoformat(noeud.get(f"{_TABLE}date-value", _ORIGINE.isoformat()))
        elif noeud.tag == f"{_TABLE}table":
            self._feuille = noeud.get(f"{_TABLE}name", "")
            self._visible = noeud.get(f"{_TABLE}style-name") not in self._cachees
            self._passees, self._colonnes, self._masquees, self._fusions = 0, 0, frozenset(), Fusions()
        elif noeud.tag == f"{_TABLE}table-column":
            premiere, self._colonnes = self._colonnes, self._colonnes + _nombre(noeud, "number-columns-repeated")
            if noeud.get(f"{_TABLE}visibility") in _MASQUEES:
                self._masquees |= frozenset(range(premiere, min(self._colonnes, COLONNES_VUES)))

    def rangee(self, noeud: Any) -> Rangee | None:
        """Returns the row of a tag that ends, where its reader sees something in it; counts it in any case."""
        avant, fois = self._passees, _nombre(noeud, "number-rows-repeated")
        self._passees += fois
        cellules = _cellules(noeud)
        if self._visible and any(map(_jamais_calculee, noeud)):
            raise Illisible(SANS_CALCUL)
        if not self._visible or not cellules:
            return None
        siennes = ((colonne, avant + rangees) for colonne, rangees in _fusionnees(noeud))
        self._fusions.remplir(avant + 1, cellules, siennes)
        masquee = noeud.get(f"{_TABLE}visibility") in _MASQUEES
        return Rangee(self._feuille, avant + 1, cellules, self._origine, fois, masquee, self._masquees)


def _nombre(noeud: Any, attribut: str) -> int:
    """Returns how many rows or columns a row or a cell stands for.

    Raises:
        ValueError: fewer than none, which would be taken off what is counted of the others.
    """
    nombre = int(noeud.get(f"{_TABLE}{attribut}", "1"))
    if nombre < 0:
        raise ValueError(attribut)
    return nombre


def _cellules(rangee: Any) -> list[str]:
    lues: list[str] = []
    blanches = 0
    for cellule in rangee:
        if cellule.tag not in _CELLULES:
            continue
        fois = min(_nombre(cellule, "number-columns-repeated"), _COLONNES_MAX)
        texte = _texte(cellule)
        if not texte.strip():
            blanches += fois
        elif blanches + len(lues) < _COLONNES_MAX:
            lues += [""] * blanches + [texte] * fois
            blanches = 0
    return lues


def _fusionnees(rangee: Any) -> Iterator[tuple[int, int]]:
    """Yields the columns of the cells of a row that are merged with those below, and over how many rows."""
    colonne = 0
    for cellule in rangee:
        if (rangees := _nombre(cellule, "number-rows-spanned")) > 1:
            yield colonne, rangees
        if cellule.tag in _CELLULES:
            colonne += _nombre(cellule, "number-columns-repeated")


def _jamais_calculee(cellule: Any) -> bool:
    """Returns whether a cell is a formula whose value was never computed; an empty text says that it is a text."""
    calcul = cellule.get(f"{_TABLE}formula") and not cellule.get(f"{_OFFICE}value-type")
    return bool(calcul) and not _texte(cellule)


def _texte(cellule: Any) -> str:
    """Returns what a cell holds, which is not what it shows of a number: « 75 112 », « 6,12E+08 »."""
    if cellule.get(f"{_OFFICE}value-type") == "float" and (nombre := cellule.get(f"{_OFFICE}value")):
        return en_texte(float(nombre))
    propres = cellule.findall(f"{_TEXTE}p")  # its children alone: a comment has paragraphs too
    montre = cellule.get(f"{_OFFICE}date-value", "")[:10] or "\n".join(map(_dit, propres))
    return str(montre or cellule.get(f"{_OFFICE}string-value", ""))  # the format lets a text be there alone


def _dit(noeud: Any) -> str:
    suite = (f"{_SIGNES.get(fils.tag, '')}{_dit(fils)}{fils.tail or ''}" for fils in noeud)
    return "".join((noeud.text or "", *suite))
