"""An xlsx read as rows of text: by openpyxl, and in its bytes for what that does not say."""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import IO, Any, NamedTuple

from commun.lecture.classeur import (
    COLONNES_VUES,
    SANS_CALCUL,
    TROP_VOLUMINEUX,
    Fusions,
    Illisible,
    Rangee,
    en_texte,
    largeur,
)

_LIGNES_MAX = 1_048_576
"""Rows that a sheet has, whatever program made it."""

_VUES_MAX, _CASES_MAX = 2_000_000, 20_000_000
"""Rows and cells that are looked at in all sheets together, those that a workbook leaves out between two others
included: a sheet of a few bytes says that its one row is the last."""

_MORCEAU = 1 << 20
_RACINE = re.compile(rb"<([\w.-]+:)?worksheet\b")
_VALEURS = (b"<v>", b"<v ", b"<is>")
_NUMERO = re.compile(rb'<row [^<>]*?\br="(\d+)"')
"""What a cell of an xlsx holds, and which row it is in."""

_RANGEE = re.compile(rb"<row [^<>]*>")  # each ends at the next: of a million never closed, none is read to the end
_MASQUEE = re.compile(rb'\bhidden="(?:1|true)"')
_COLONNES = re.compile(rb"<col [^<>]*>")
_DE, _A = re.compile(rb'\bmin="(\d+)"'), re.compile(rb'\bmax="(\d+)"')
_FUSION = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)"')
_CALCUL = rb"\s*<f\b[^<>]*(?:/>|>[^<]*</f>)\s*"
_SANS_VALEUR = re.compile(
    rb'<c (?![^<>]*\bt="str")[^<>]*>' + _CALCUL + rb"(?:<v ?/>|<v></v>)\s*</c>|<c [^<>]*>" + _CALCUL + rb"</c>"
)
"""A formula whose value was never computed; one whose value is an empty text says that it is a text, and has one."""

_SANS_FEUILLE = "Ce classeur n'a aucune feuille qui se lise : enregistrez-le de nouveau, en « Classeur Excel (.xlsx) »."


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
        colonnes: the columns that are hidden, as `Rangee` has them.
    """

    jusqu_a: int | None
    masquees: set[int]
    fusions: dict[int, list[tuple[int, int]]]
    sans_valeur: bool
    colonnes: frozenset[int]


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
        raise Illisible(SANS_CALCUL)
    feuille.reset_dimensions()  # it would read as far as the sheet says that it goes: some say it wrong
    fusions = Fusions()
    for numero, valeurs in enumerate(feuille.iter_rows(values_only=True, max_row=apercu.jusqu_a), 1):
        vues.compter(len(valeurs))
        if numero > _LIGNES_MAX:
            raise Illisible(TROP_VOLUMINEUX)
        cellules = [en_texte(valeur) for valeur in valeurs]
        if not largeur(cellules):
            continue
        fusions.remplir(numero, cellules, apercu.fusions.get(numero, ()))
        utiles = largeur(cellules)
        masquee = numero in apercu.masquees
        yield Rangee(feuille.title, numero, cellules[:utiles], origine, 1, masquee, apercu.colonnes)


def _apercevoir(flux: IO[bytes]) -> _Apercu:
    """Looks through the bytes of a sheet.

    Sheets often go on far below their last row that holds something, blank but for their borders, and openpyxl is as
    long to read a blank cell as another: half a minute of them.
    """
    derniere, courante = 0, None
    masquees: set[int] = set()
    fusions: dict[int, list[tuple[int, int]]] = defaultdict(list)
    colonnes: set[int] = set()
    se_voit, sans_valeur = True, False
    for lu in _morceaux(flux):
        masquees |= _masquees(lu)
        colonnes.update(_colonnes_masquees(lu))
        sans_valeur = sans_valeur or bool(_SANS_VALEUR.search(lu))
        for de, colonne, a in _fusions(lu):
            fusions[de].append((colonne, a))
        valeur = max(map(lu.rfind, _VALEURS))
        if valeur >= 0:
            rangee = lu.rfind(b"<row ", 0, valeur)
            numero = _NUMERO.match(lu, rangee) if rangee >= 0 else courante
            se_voit = se_voit and numero is not None
            derniere = int(numero[1]) if numero else derniere
        if (rangee := lu.rfind(b"<row ")) >= 0:
            courante = _NUMERO.match(lu, rangee)
    jusqu_a = derniere if se_voit and derniere else None
    return _Apercu(jusqu_a, masquees, fusions, sans_valeur, frozenset(colonnes))


def _morceaux(flux: IO[bytes]) -> Iterator[bytes]:
    """Yields the bytes of a sheet, no tag cut in two, each without the prefix that some programs give them all."""
    reste, prefixe = b"", None
    while morceau := flux.read(_MORCEAU):
        lu = reste + morceau
        fin = max(lu.rfind(b"<"), 0)  # what begins there may go on in the next piece
        if prefixe is None and (racine := _RACINE.search(lu)):
            prefixe = racine[1] or b""
        dits = lu[:fin]
        yield dits.replace(b"<" + prefixe, b"<").replace(b"</" + prefixe, b"</") if prefixe else dits
        reste = lu[fin:]


def _masquees(lu: bytes) -> set[int]:
    """Returns the numbers of the rows that are hidden."""
    if b"hidden" not in lu:
        return set()
    numeros = (_NUMERO.match(rangee) for rangee in _RANGEE.findall(lu) if _MASQUEE.search(rangee))
    return {int(numero[1]) for numero in numeros if numero}


def _colonnes_masquees(lu: bytes) -> Iterator[int]:
    """Yields the columns, from 0 on, that are hidden."""
    for colonnes in _COLONNES.findall(lu) if b"hidden" in lu else ():
        de, a = _DE.search(colonnes), _A.search(colonnes)
        if de and a and _MASQUEE.search(colonnes):
            yield from range(int(de[1]) - 1, min(int(a[1]), COLONNES_VUES))


def _fusions(lu: bytes) -> Iterator[tuple[int, int, int]]:
    """Yields the cells merged with those below: the row where they begin, their column, the last row."""
    from openpyxl.utils import column_index_from_string

    for colonne, de, a in _FUSION.findall(lu):
        if int(de) < int(a):
            yield int(de), column_index_from_string(colonne.decode()) - 1, int(a)
