"""From a template and its data to a PDF. Safe to call from any thread, `eventlet.tpool` included.

Data travels as one JSON value that the template shows as text: no source is ever built from what a person typed.
Every document is tagged, PDF/A-2a (kept for years) and PDF/UA-1 (readable by all), and identical, byte for byte,
for the same data and the same `horodatage`.
"""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:  # else loaded with the first document, in its thread: it is 7 MB
    import typst

RACINE = Path(__file__).parent
GABARITS = RACINE / "gabarits"
_SANS_DESSIN = re.compile(r"[^\x00-\u052f\u1e00-\u1fff\u2002-\u200a\u2010-\u2027\u202f-\u205e\u20a0-\u20bf]")
"""What is not of the scripts that our fonts draw: Latin, Greek, Cyrillic, their marks and signs."""
_GROS = 150_000
"""Bytes of a PDF of some ten pages: typst keeps forty-five times as much of it."""
_RETENUS = 11
"""Documents after which typst has forgotten what one taught it."""


@cache
def polices() -> "typst.Fonts":
    """Returns the fonts, read once: ours and those inside typst, never the machine's, so that pages look alike."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[RACINE / "police"])


def compiler(gabarit: str, donnees: dict[str, Any], horodatage: datetime) -> bytes:
    """Returns the PDF that `gabarit` makes of `donnees`; `horodatage` (aware) is its date of creation."""
    pdf = _composer(gabarit, donnees, horodatage)
    if len(pdf) > _GROS:
        _oublier()
    return pdf


def _oublier() -> None:
    """Has typst forget what it drew: ten sessions of sixty letters, one after the other, took 600 MB of a process that
    could have 512. It has no other way to be told (typst-py, issue 104) than documents that follow, here empty.
    """
    import typst

    for _ in range(_RETENUS):
        typst.compile(b"", font_paths=polices())


def _composer(gabarit: str, donnees: dict[str, Any], horodatage: datetime) -> bytes:
    import typst

    texte = json.dumps(donnees, ensure_ascii=False)
    arguments: dict[str, Any] = {
        "input": GABARITS / f"{gabarit}.typ",
        "root": GABARITS,
        "font_paths": polices(),
        "sys_inputs": {"donnees": texte},
        "timestamp": int(horodatage.timestamp()),
    }
    normes: dict[str, Any] = {"pdf_standards": ["a-2a", "ua-1"]}
    try:
        return cast(bytes, typst.compile(**arguments, **normes))
    except typst.TypstError as erreur:
        if not _lettre_sans_dessin(erreur):
            raise
        # The standards refuse a letter that no font draws (an emoji, a Chinese name): people are convoked all the same.
        return cast(bytes, typst.compile(**arguments))
    except BaseException as panne:
        if type(panne).__name__ != "PanicException" or not _SANS_DESSIN.search(texte):
            raise
        # typst breaks down on some rows of marks of scripts that it has no font for: it is spared them.
        sans = arguments | {"sys_inputs": {"donnees": _SANS_DESSIN.sub("?", texte)}}
        return cast(bytes, typst.compile(**sans, **normes))


def _lettre_sans_dessin(erreur: "typst.TypstError") -> bool:
    return "could not be displayed with font" in erreur.message or "contains the codepoint" in erreur.message
