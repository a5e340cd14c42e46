"""Prints the MB that a process holds after each of a few large documents, drawn one after the other."""

import sys
from dataclasses import replace
from pathlib import Path

from services.sessions.documents import rendu
from tests.sessions.documents import exemples as ex

_LETTRES, _DOCUMENTS = 30, 3


def tenus() -> int:
    """Returns the MB that are this process's own."""
    statut = Path("/proc/self/status").read_text().split()
    return int(statut[statut.index("RssAnon:") + 1]) // 1024


if __name__ == "__main__":
    avant = tenus()
    for n in range(_DOCUMENTS):
        lettres = [ex.convocation(replace(ex.AICHA, nom=f"Nom {n} {rang}")) for rang in range(_LETTRES)]
        rendu.convocations_pdf(lettres, ex.HORODATAGE)
        sys.stdout.write(f"{tenus() - avant}\n")
