"""A CSV file as people save it: whatever their spreadsheet's encoding and separator."""

import csv
import io
import re
from collections.abc import Iterator

_ANNONCE = re.compile(r'"?sep=([;,\t|])"?\r?\n', re.IGNORECASE)
"""The first line by which Excel is told the separator; it shows none, and counts the lines after it."""

_PAS_UN_TEXTE = re.compile(rb"%PDF-|\{\\rtf|[^\n]*[\x01-\x08\x0e-\x1f]")
"""How begins a document or an image that holds no NUL. A control character further down is its line's to tell."""


def est_un_texte(contenu: bytes) -> bool:
    """Returns whether a file may be a CSV: no workbook, document or image, nor a text in UTF-16."""
    return b"\x00" not in contenu and not _PAS_UN_TEXTE.match(contenu)


def lire_csv(contenu: bytes) -> Iterator[list[str]]:
    """Returns the rows of a file, in UTF-8 or as Windows writes. Reading them may raise `csv.Error`."""
    try:
        texte = contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = contenu.decode("cp1252", errors="replace")
    if annonce := _ANNONCE.match(texte):
        texte, separateur = texte[annonce.end() :], annonce[1]
    else:
        premiere = texte.lstrip().partition("\n")[0]
        separateur = max(";,\t", key=premiere.count)
    return iter(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur))
