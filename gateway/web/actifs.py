"""Style sheets, scripts, fonts: those of the design system as they were built, and our own.

Their address holds their version: a browser keeps them for a year, and asks for others on the day they change.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable
from gateway import compression

PROPRES = Path(__file__).parent / "statique"
CONSTRUITS = Path(__file__).parent / "actifs"
"""Made by `python -m local.actifs`, in the image and by `make run`; never kept with the code."""
_UN_AN = 365 * 24 * 3600


@cache
def version() -> str:
    """Returns the version of all of them."""
    verrou = Path(__file__).parent / "package-lock.json"
    return hashlib.sha256(b"\0".join((verrou.read_bytes(), *_propres().values()))).hexdigest()[:12]


@cache
def _propres() -> dict[str, bytes]:
    return {chemin.name: chemin.read_bytes() for chemin in sorted(PROPRES.iterdir())}


def adresse(chemin: str) -> str:
    """Returns the address of a file: « dsfr.main.min.css », « ceres.css »."""
    return f"/actifs/{version()}/{chemin}"


def servir(_version: str, chemin: str) -> Response:
    """Answers with a file, compressed where the browser reads it so: ours, which are small, as a page is."""
    nous = _propres().get(chemin)
    reponse = _construit(chemin) if nous is None else Response(nous, mimetype=_type(chemin))
    reponse.headers["Cache-Control"] = f"public, max-age={_UN_AN}, immutable"
    return reponse


def _construit(chemin: str) -> Response:
    """Answers with one that was compressed beside itself, once for all."""
    if not _est_la(chemin):
        raise Introuvable("Cette adresse n’existe pas.")
    comprime = _est_la(f"{chemin}.gz") and compression.lue()
    reponse = send_from_directory(CONSTRUITS, chemin + ".gz" * comprime, max_age=_UN_AN, mimetype=_type(chemin))
    reponse.vary.add("Accept-Encoding")
    if comprime:
        reponse.headers["Content-Encoding"] = compression.GZIP
    return reponse


def _est_la(chemin: str) -> bool:
    """Returns whether one is there; of what the rest of the disk holds, nobody is told."""
    la = safe_join(str(CONSTRUITS), chemin)
    try:
        return la is not None and Path(la).is_file()
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
