"""A workbook, xlsx or ods, read as rows of text."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, NamedTuple

from defusedxml.ElementTree import iterparse

_LIGNES_MAX, _COLONNES_MAX = 1_048_576, 16_384
"""Rows and columns that a sheet has, whatever program made it."""

_VUES_MAX, _CASES_MAX = 2_000_000, 20_000_000
"""Rows and cells that are looked at in all sheets together, those that a workbook leaves out between two others
included: a sheet of a few bytes says that its one row is the last."""

_MORCEAU = 1 << 20
_VALEURS = (b"<v>", b"<v ", b"<is>")
_NUMERO = re.compile(rb'<row [^<>]*?\br="(\d+)"')
"""What a cell of an xlsx holds, and which row it is in."""

_RANGEE = re.compile(rb"<row [^<>]*>")  # each ends at the next: of a million never closed, none is read to the end
_MASQUEE = re.compile(rb'\bhidden="(?:1|true)"')
_FUSION = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)"')
_SANS_VALEUR = re.compile(rb'<c r="[A-Z]+\d+"(?: s="\d+")?><f[^>]*>[^<]*</f>(?:<v ?/>|<v></v>)?</c>')
"""A formula whose value was never computed; one whose value is an empty text says that it is a text."""
_MASQUEES_ODS = ("collapse", "filter")
"""What says of a row that its reader does not see it: hidden by hand, or left out by a filter."""

_ORIGINE = date(1899, 12, 30)
"""The day from which an ods counts the days, where it does not say another."""

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

_CELLULES_ODS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")

_SANS_FEUILLE = "Ce classeur n'a aucune feuille qui se lise : enregistrez-le de nouveau, en « Classeur Excel (.xlsx) »."
_SANS_CALCUL = (
    "Des formules de ce classeur n'ont jamais été calculées : ouvrez-le dans votre tableur, enregistrez-le, et "
    "renvoyez-le."
)
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


class _Fusions:
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
    vues = _Vues()
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        for feuille in classeur.worksheets:
            if feuille.sheet_state == "visible":
                with archive.open(feuille._worksheet_path) as flux:
                    apercu = _apercevoir(flux)
                siennes = _pleines(feuille, classeur.epoch.date(), apercu, vues)
                for rangee in islice(siennes, 1) if lues else siennes:
                    lues = rangee.cellules
                    yield rangee


class _Apercu(NamedTuple):
    """What openpyxl does not say of a sheet that it only reads.

    Attributes:
        jusqu_a: the number of the last row that holds something, `None` where it does not show in its bytes.
        masquees: the numbers of the rows that are hidden.
        fusions: by the row where they begin, the columns, from 0 on, of the cells merged with those below, and the last
            row that they go to.
        sans_valeur: a formula has no value, where its reader sees one.
    """

    jusqu_a: int | None
    masquees: set[int]
    fusions: dict[int, list[tuple[int, int]]]
    sans_valeur: bool


class _Vues:
    """The rows and cells looked at so far, in all the sheets of a workbook."""

    def __init__(self) -> None:
        self._rangees = self._cases = 0

    def compter(self, cases: int) -> None:
        """Counts one more row, of so many cells.

        Raises:
            Illisible: it is one too many.
        """
        self._rangees += 1
        self._cases += cases
        if self._rangees > _VUES_MAX or self._cases > _CASES_MAX:
            raise Illisible(TROP_VOLUMINEUX)


def _pleines(feuille: Any, origine: date, apercu: _Apercu, vues: _Vues) -> Iterator[Rangee]:
    if apercu.sans_valeur:
        raise Illisible(_SANS_CALCUL)
    feuille.reset_dimensions()  # it would read as far as the sheet says that it goes: some say it wrong
    fusions = _Fusions()
    for numero, valeurs in enumerate(feuille.iter_rows(values_only=True, max_row=apercu.jusqu_a), 1):
        vues.compter(len(valeurs))
        if numero > _LIGNES_MAX:
            raise Illisible(TROP_VOLUMINEUX)
        cellules = [_en_texte(valeur) for valeur in valeurs]
        if not largeur(cellules):
            continue
        fusions.remplir(numero, cellules, apercu.fusions.get(numero, ()))
        utiles = largeur(cellules)
        yield Rangee(feuille.title, numero, cellules[:utiles], origine, masquee=numero in apercu.masquees)


def _apercevoir(flux: IO[bytes]) -> _Apercu:
    """Looks through the bytes of a sheet.

    Sheets often go on far below their last row that holds something, blank but for their borders, and openpyxl is as
    long to read a blank cell as another: half a minute of them.
    """
    from openpyxl.utils import column_index_from_string

    derniere, courante, reste = 0, None, b""
    masquees: set[int] = set()
    fusions: dict[int, list[tuple[int, int]]] = {}
    se_voit, sans_valeur = True, False
    while morceau := flux.read(_MORCEAU):
        lu = reste + morceau
        fin = max(lu.rfind(b"<"), 0)  # what begins there may go on in the next piece
        lu, reste = lu[:fin], lu[fin:]
        cachees = (rangee for rangee in _RANGEE.findall(lu) if _MASQUEE.search(rangee)) if b"hidden" in lu else ()
        masquees |= {int(numero[1]) for rangee in cachees if (numero := _NUMERO.match(rangee))}
        sans_valeur = sans_valeur or bool(_SANS_VALEUR.search(lu))
        for colonne, de, a in _FUSION.findall(lu):
            if int(de) < int(a):
                fusions.setdefault(int(de), []).append((column_index_from_string(colonne.decode()) - 1, int(a)))
        valeur = max(map(lu.rfind, _VALEURS))
        if valeur >= 0:
            rangee = lu.rfind(b"<row ", 0, valeur)
            numero = _NUMERO.match(lu, rangee) if rangee >= 0 else courante
            se_voit = se_voit and numero is not None
            derniere = int(numero[1]) if numero else derniere
        if (rangee := lu.rfind(b"<row ")) >= 0:
            courante = _NUMERO.match(lu, rangee)
    return _Apercu(derniere if se_voit and derniere else None, masquees, fusions, sans_valeur)


def _en_texte(valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case datetime() | date():
            return valeur.strftime("%Y-%m-%d")
        case bool():
            return "VRAI" if valeur else "FAUX"
        case float() if valeur.is_integer():
            return str(int(valeur))
        case _:
            return str(valeur)


def lire_ods(contenu: bytes) -> Iterator[Rangee]:
    """Yields the rows of an ods, which says « and so on n times » of rows and cells that are alike."""
    cachees: set[str] = set()
    style, nom, visible, numero, origine, fusions = "", "", True, 0, _ORIGINE, _Fusions()
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
                    nom, numero, fusions = noeud.get(f"{_TABLE}name", ""), 0, _Fusions()
                    visible = noeud.get(f"{_TABLE}style-name") not in cachees
            elif noeud.tag == f"{_TABLE}table-row":
                fois, cellules = _nombre(noeud, "number-rows-repeated"), _cellules(noeud)
                masquee = noeud.get(f"{_TABLE}visibility") in _MASQUEES_ODS
                if visible and cellules:
                    siennes = ((colonne, numero + rangees) for colonne, rangees in _fusionnees(noeud))
                    fusions.remplir(numero + 1, cellules, siennes)
                noeud.clear()
                if visible and cellules:
                    yield Rangee(nom, numero + 1, cellules, origine, fois, masquee)
                numero += fois


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
        if cellule.tag not in _CELLULES_ODS:
            continue
        fois = min(_nombre(cellule, "number-columns-repeated"), _COLONNES_MAX)
        texte = _texte_ods(cellule)
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
        if cellule.tag in _CELLULES_ODS:
            colonne += _nombre(cellule, "number-columns-repeated")


def _texte_ods(cellule: Any) -> str:
    """Returns what a cell holds, which is not what it shows of a number: « 75 112 », « 6,12E+08 »."""
    if cellule.get(f"{_OFFICE}value-type") == "float" and (nombre := cellule.get(f"{_OFFICE}value")):
        return _en_texte(float(nombre))
    propres = cellule.findall(f"{_TEXTE}p")  # its children alone: a comment has paragraphs too
    return cellule.get(f"{_OFFICE}date-value", "")[:10] or "\n".join("".join(p.itertext()) for p in propres)
