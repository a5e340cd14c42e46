"""Style sheets, scripts, fonts: those of the design system as they were built, and our own.

Their address holds their version: a browser keeps them for a year, and asks for others on the day they change.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, request, send_from_directory
from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable

PROPRES = Path(__file__).parent / "statique"
CONSTRUITS = Path(__file__).parent / "actifs"
"""Made by `python -m local.actifs`, in the image and by `make run`; never kept with the code."""
_UN_AN = 365 * 24 * 3600


@cache
def version() -> str:
    """Returns the version of all of them."""
    verrou = Path(__file__).parent / "package-lock.json"
    contenus = [chemin.read_bytes() for chemin in (verrou, *sorted(PROPRES.iterdir()))]
    return hashlib.sha256(b"\0".join(contenus)).hexdigest()[:12]


def adresse(chemin: str) -> str:
    """Returns the address of a file: « dsfr.main.min.css », « ceres.css »."""
    return f"/actifs/{version()}/{chemin}"


def servir(_version: str, chemin: str) -> Response:
    """Answers with a file, compressed where the browser reads it so."""
    dossier = next((d for d in (PROPRES, CONSTRUITS) if _est_la(d, chemin)), None)
    if dossier is None:
        raise Introuvable("Cette adresse n’existe pas.")
    comprime = (dossier / f"{chemin}.gz").is_file() and request.accept_encodings.quality("gzip") > 0
    reponse = send_from_directory(dossier, chemin + ".gz" * comprime, max_age=_UN_AN, mimetype=_type(chemin))
    reponse.headers["Cache-Control"] = f"public, max-age={_UN_AN}, immutable"
    reponse.headers["Vary"] = "Accept-Encoding"
    if comprime:
        reponse.headers["Content-Encoding"] = "gzip"
    return reponse


def _est_la(dossier: Path, chemin: str) -> bool:
    try:
        return (dossier / chemin).is_file()
    except OSError:  # a name longer than any file's
        return False


def _type(chemin: str) -> str | None:
    types = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    types |= {".woff2": "font/woff2", ".csv": "text/csv"}
    return types.get(Path(chemin).suffix)


def brancher(app: Flask) -> None:
    """Adds them to the application."""
    app.add_url_rule("/actifs/<_version>/<path:chemin>", "actifs", servir)
    app.jinja_env.globals["actif"] = adresse
