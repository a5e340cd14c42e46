"""What a reader, a screen reader and an archive see of a PDF."""

import io
import os
from pathlib import Path

from pypdf import PdfReader

GOLDEN = Path(__file__).parent / "golden"
# Set to write the golden files anew; then read the difference before committing it.
REECRIRE = "CERES_REECRIRE_GOLDEN"


def lire(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in lire(pdf).pages]


def texte(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def coulant(pdf: bytes) -> str:
    """Returns the text as one line with ordinary spaces, to look for a sentence wherever it breaks."""
    return " ".join(texte(pdf).split())


def resume(pdf: bytes) -> str:
    """Returns what a golden file keeps: metadata, number of pages, text of each page."""
    document = lire(pdf)
    infos = document.metadata or {}
    entete = [f"{cle[1:]}: {infos[cle]}" for cle in ("/Title", "/Author", "/Subject", "/CreationDate")]
    entete += [f"Lang: {document.trailer['/Root']['/Lang']}", f"Pages: {len(document.pages)}"]
    corps = [f"--- page {n}\n{t}" for n, t in enumerate(pages(pdf), start=1)]
    return "\n".join(entete + corps) + "\n"


def comparer(nom: str, obtenu: str) -> None:
    """Fails where `obtenu` differs from the golden file of that name."""
    fichier = GOLDEN / nom
    if os.environ.get(REECRIRE):
        fichier.write_text(obtenu, encoding="utf-8", newline="")
    assert obtenu == fichier.read_bytes().decode()


def hors_de_la_page(pdf: bytes) -> list[str]:
    """Returns the texts that begin beyond the right edge of their page, or below it: read there, and never printed."""
    bords = [page.mediabox.width for page in lire(pdf).pages]
    return [dit for page, x, y, dit in places(pdf) if x > bords[page] or y < 0]


def places(pdf: bytes) -> list[tuple[int, float, float, str]]:
    """Returns where each text begins: its page, from 0 on, how far from its left and above its bottom, in points."""
    trouvees: list[tuple[int, float, float, str]] = []
    for numero, page in enumerate(lire(pdf).pages):

        def noter(dit: str, cm: list[float], tm: list[float], *_: object, ici: int = numero) -> None:
            x, y = (tm[4] * cm[axe] + tm[5] * cm[axe + 2] + cm[axe + 4] for axe in (0, 1))
            if dit.strip():
                trouvees.append((ici, x, y, dit))

        page.extract_text(visitor_text=noter)
    return trouvees
