"""A CSV file as people save it: whatever their spreadsheet's encoding and separator."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from commun.domain.textes import ILLISIBLE
from commun.lecture.ecritures import ecriture

_ANNONCE = re.compile(r'"?sep=([;,\t|])"?\r?\n', re.IGNORECASE)
"""The first line by which Excel is told the separator; it shows none, and counts the lines after it."""

_SEPARATEURS = ";,\t|"
LIGNES_DE_TITRE = 10
"""Lines above the headings, at most: the name of the centre, of the session, groups of columns."""

_PEU = 3
"""Separators from which a line is no title."""

_FIN = "\ue000fin"
"""A last row that no file has: what ends with it, and is more, is a quoted cell that goes on to the end."""

_PAS_UN_TEXTE = re.compile(
    rb"%PDF-|\x89PNG|\{\\rtf|(?:\xef\xbb\xbf)?\s*<(?i:\?xml|!doctype|html|table)|[^\n]*[\x00-\x08\x0e-\x1f]"
)
"""How begins a document, an image, or a page that a site calls xls. A control character further down is its line's to
tell."""


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How begins what Excel calls « Texte Unicode »."""

_HORS_ASCII = re.compile(r"[^\x00-\x7f]")


class GuillemetOuvert(csv.Error):
    """A quote that is not closed swallows the rows after its own, all of them or up to the next quote. Its text is the
    sentence to show."""


def est_un_texte(contenu: bytes) -> bool:
    """Returns whether a file may be a CSV: no workbook, document or image."""
    return contenu.startswith(_UTF_16) or not _PAS_UN_TEXTE.match(contenu)


def lire_csv(contenu: bytes) -> Iterator[list[str]]:
    """Yields the rows of a file, in UTF-8, in UTF-16 or as Windows, a Mac or MS-DOS writes.

    Raises:
        GuillemetOuvert: several of its rows are one cell.
        csv.Error: a cell has no end that is credible.
    """
    texte = decoder(contenu)
    if annonce := _ANNONCE.match(texte):
        texte, separateur = texte[annonce.end() :], annonce[1]
    else:
        separateur = _separateur(texte.lstrip().splitlines()[:LIGNES_DE_TITRE])
    lues: list[str] = []
    forme: dict[str, Any] = {"delimiter": separateur, "skipinitialspace": f'{separateur} "' in texte}
    rangees = csv.reader(_notees(f"{texte}\n{_FIN}", lues), **forme)
    for numero, cellules in enumerate(rangees, 1):
        if cellules == [_FIN]:
            return
        ouvert = f"Un guillemet s'ouvre à la ligne {numero} et n'est"
        if cellules and cellules[-1].endswith(_FIN):
            perdue = "la suite du fichier serait perdue. Fermez-le, ou retirez-le."
            raise GuillemetOuvert(f"{ouvert} jamais fermé : {perdue}")
        if len(lues) > 1 and not _bien_fermes(lues, forme):
            perdues = "des lignes seraient lues comme une cellule. Fermez-le sur la sienne, ou retirez-le."
            raise GuillemetOuvert(f"{ouvert} fermé que par celui d'une autre ligne : {perdues}")
        lues.clear()
        yield cellules


def _separateur(lignes: list[str]) -> str:
    """Returns what separates the cells of these lines: the first that has some tells; but of a title above the
    headings, with a comma or two, the first line without any that has more."""
    vues = [(ligne, signe) for ligne in lignes if (signe := max(_SEPARATEURS, key=ligne.count)) in ligne]
    premier = vues[0][1] if vues else _SEPARATEURS[0]
    nets = (s for ligne, s in vues if ligne.count(s) >= _PEU and (s == premier or premier not in ligne))
    return next(nets, premier)


def _notees(texte: str, lues: list[str]) -> Iterator[str]:
    """Yields the lines of a text, as `lues` notes them."""
    for ligne in io.StringIO(texte, newline=""):
        lues.append(ligne)
        yield ligne


def _bien_fermes(lignes: list[str], forme: dict[str, Any]) -> bool:
    """Returns whether the quoted cells of a row of several lines end where cells do: what follows the second quote of
    two that are on two lines belongs to another row."""
    try:
        next(csv.reader(lignes, **forme, strict=True))
    except csv.Error:
        return False
    return True


def decoder(contenu: bytes) -> str:
    """Returns the text of a file, in UTF-8, in UTF-16 or as Windows, a Mac or MS-DOS writes, what it cannot say as
    U+FFFD."""
    if contenu.startswith(_UTF_16):
        return contenu.decode("utf-16", errors="replace")
    texte = contenu.decode("utf-8-sig", errors="replace")
    abimes = texte.count(ILLISIBLE)
    if abimes <= len(_HORS_ASCII.findall(texte)) // 2:  # else it is in another encoding, not in a damaged UTF-8
        return texte
    return contenu.decode(ecriture(contenu), errors="replace")
