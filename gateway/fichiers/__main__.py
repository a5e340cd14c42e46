"""`python -m gateway.fichiers`: rows in, a file out. A process of its own, so that who asks for a file slows nobody.

In, a JSON value a line: `{format, feuille, colonnes, dates, gzip}` (`gzip`: whether it leaves compressed), then lists
of rows, then `null`. Where the end comes before that `null`, the file is cut, and the exit code says so.
"""

import os
import sys
from collections.abc import Iterator

import orjson

from gateway.fichiers import Entete, Format, Incomplet, Lots, csv, gzip, ods, xlsx

FORMATS: dict[str, Format] = {"xlsx": xlsx.ecrire, "ods": ods.ecrire, "csv": csv.ecrire}
_POLITESSE = 5


def _lots(lignes: Iterator[bytes]) -> Lots:
    for ligne in lignes:
        lot = orjson.loads(ligne)
        if lot is None:
            return
        yield lot
    raise Incomplet


def principal() -> int:
    """Returns the exit code: 0 for a whole file."""
    os.nice(_POLITESSE)
    lignes = iter(sys.stdin.buffer)
    demande = orjson.loads(next(lignes))
    entete = Entete(demande["feuille"], demande["colonnes"], frozenset(demande["dates"]))
    fichier = FORMATS[demande["format"]](entete, _lots(lignes))
    try:
        for octets in gzip.comprimer(fichier) if demande["gzip"] else fichier:
            sys.stdout.buffer.write(octets)
            sys.stdout.buffer.flush()
    except Incomplet:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(principal())
