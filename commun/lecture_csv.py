"""A CSV file as people save it: whatever their spreadsheet's encoding and separator."""

import csv
import io
import re
from collections.abc import Iterator

_ANNONCE = re.compile(r'"?sep=([;,\t|])"?\r?\n', re.IGNORECASE)
"""The first line by which Excel is told the separator; it shows none, and counts the lines after it."""


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
