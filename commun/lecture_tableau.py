"""A file of any of the three formats, xlsx, ods or csv, read as rows of text. It comes from outside: sizes are bounded
before reading.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import IO, Any, NamedTuple

from defusedxml.ElementTree import iterparse

from commun.lecture_csv import GuillemetOuvert, est_un_texte, lire_csv
from commun.textes import accorder

_CELLULES_MAX = 5_000_000
"""Cells that are kept, blank ones before others included."""

_TEXTE_MAX = 50_000_000
"""Characters that are kept: a workbook writes once a text that all its cells show."""

_LIGNES_MAX, _COLONNES_MAX = 1_048_576, 16_384
"""Rows and columns that a sheet has, whatever program made it."""

_CASES_MAX = 20_000_000
"""Cells that are looked at, those that a workbook leaves out between two others included."""

DEPLOYE_MAX = 200_000_000
"""Bytes that a workbook, which is a ZIP, may hold once unfolded."""

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFESTE = "META-INF/manifest.xml"

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

_NI_L_UN_NI_L_AUTRE = "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv."
_PROTEGE = (
    "Un classeur protégé par un mot de passe ne se lit pas : enregistrez-le sans mot de passe, en xlsx, ods ou csv."
)
_SANS_FEUILLE = "Ce classeur n'a aucune feuille qui se lise : enregistrez-le de nouveau, en « Classeur Excel (.xlsx) »."
TROP_VOLUMINEUX = "Ce classeur est trop volumineux."


class Illisible(Exception):
    """The file cannot be read. Its text is the sentence to show."""


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
    """

    lignes: list[tuple[int, list[str]]]
    nom: str = ""
    autres: tuple[str, ...] = ()
    origine: date | None = None
    masquees: frozenset[int] = frozenset()

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


def lire_tableau(contenu: bytes, *, lignes_max: int | None = None, colonnes_max: int | None = None) -> Tableau:
    """Returns the first sheet of a file that shows something. The format is told by the content, not by the name.

    Raises:
        Illisible: neither xlsx, ods nor csv; damaged; too large.
    """
    lignes: list[tuple[int, list[str]]] = []
    nom, origine, autres, masquees = "", None, [], set()
    try:
        for feuille, siennes in groupby(_rangees(contenu), key=attrgetter("feuille")):
            if lignes:
                autres.append(feuille)
                continue
            nom = feuille
            for rangee in _bornees(siennes, lignes_max, colonnes_max):
                origine = rangee.origine
                lignes += [(numero, rangee.cellules) for numero in rangee.numeros]
                masquees |= set(rangee.numeros) if rangee.masquee else set()
    except Illisible:
        raise
    except GuillemetOuvert as ouvert:
        raise Illisible(str(ouvert)) from ouvert
    except MemoryError as sans_place:
        raise Illisible(TROP_VOLUMINEUX) from sans_place
    except Exception as erreur:  # whatever a broken workbook makes its reader raise
        raise Illisible("Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv.") from erreur
    return Tableau(lignes, nom, tuple(autres), origine, frozenset(masquees))


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
            return _lire_ods(contenu)
        if "xl/workbook.xml" in noms:
            return _lire_xlsx(contenu)
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    if contenu[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Illisible(f"L'ancien format xls n'est pas accepté. {_PROTEGE}")
    if not est_un_texte(contenu):
        raise Illisible(_NI_L_UN_NI_L_AUTRE)
    return (Rangee("", n, cellules) for n, cellules in enumerate(lire_csv(contenu), 1) if _largeur(cellules))


def _bornees(rangees: Iterable[Rangee], lignes_max: int | None, colonnes_max: int | None) -> Iterator[Rangee]:
    lignes = cellules = texte = 0
    for rangee in rangees:
        lignes += rangee.fois
        if lignes_max is not None and lignes > lignes_max + 1:  # the first is that of the headings
            raise Illisible(f"Ce fichier compte trop de lignes : {lignes_max} au plus.")
        if colonnes_max is not None and _largeur(rangee.cellules) > colonnes_max:
            raise Illisible(f"Ce fichier compte trop de colonnes : {colonnes_max} au plus.")
        cellules += rangee.fois * len(rangee.cellules)
        texte += rangee.fois * sum(map(len, rangee.cellules))
        if cellules > _CELLULES_MAX or texte > _TEXTE_MAX:
            raise Illisible(TROP_VOLUMINEUX)
        yield rangee


def _largeur(cellules: list[str]) -> int:
    """Returns how many cells a row has, to the last that is not blank."""
    return next((n for n in range(len(cellules), 0, -1) if cellules[n - 1].strip()), 0)


def _lire_xlsx(contenu: bytes) -> Iterator[Rangee]:
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
        if largeur := _largeur(cellules):
            yield Rangee(feuille.title, numero, cellules[:largeur], origine, masquee=numero in masquees)


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


def _lire_ods(contenu: bytes) -> Iterator[Rangee]:
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
