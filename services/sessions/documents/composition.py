"""From a template and its data to a PDF. Safe to call from any thread, `eventlet.tpool` included.

Data travels as one JSON value that the template shows as text: no source is ever built from what a person typed.
Every document is tagged, PDF/A-2a (kept for years) and PDF/UA-1 (readable by all), and identical, byte for byte,
for the same data and the same `horodatage`.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:  # else loaded with the first document, in its thread: it is 7 MB
    import typst

RACINE = Path(__file__).parent
GABARITS = RACINE / "gabarits"


@cache
def polices() -> "typst.Fonts":
    """Returns the fonts, read once: ours and those inside typst, never the machine's, so that pages look alike."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[RACINE / "police"])


def compiler(gabarit: str, donnees: dict[str, Any], horodatage: datetime) -> bytes:
    """Returns the PDF that `gabarit` makes of `donnees`; `horodatage` (aware) is its date of creation."""
    import typst

    arguments: dict[str, Any] = {
        "input": GABARITS / f"{gabarit}.typ",
        "root": GABARITS,
        "font_paths": polices(),
        "sys_inputs": {"donnees": json.dumps(donnees, ensure_ascii=False)},
        "timestamp": int(horodatage.timestamp()),
    }
    try:
        return cast(bytes, typst.compile(**arguments, pdf_standards=["a-2a", "ua-1"]))
    except typst.TypstError as erreur:
        if not _lettre_sans_dessin(erreur):
            raise
        # The standards refuse a letter that no font draws (an emoji, a Chinese name): people are convoked all the same.
        return cast(bytes, typst.compile(**arguments))


def _lettre_sans_dessin(erreur: "typst.TypstError") -> bool:
    return "could not be displayed with font" in erreur.message or "contains the codepoint" in erreur.message
