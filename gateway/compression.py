"""Answers sent compressed to whoever reads them so: a list weighs ten times less, and lines are slow far from cities.

By its length alone, a compressed answer says whether what was asked is also in it, and another site that could have our
pages asked for again and again would learn what they hold, a letter at a time (BREACH). What a cookie opens is so
compressed only where the browser says that no other site asked (ADR 86).
"""

import zlib
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from commun.fils import a_part
from gateway.fichiers.gzip import NIVEAU, WBITS
from gateway.web import surete

GZIP: Final = "gzip"
_TEXTES = {"application/json", "application/problem+json", "text/css", "text/csv", "text/html", "text/javascript"}
_TYPES = _TEXTES | {"application/pdf"}
"""Of a letter, what says to who cannot see how it reads is half, and typst leaves that as it is. Workbooks are
compressed already, and no event of a stream may wait for the next."""
_UN_PAQUET, _LONG = 1400, 100_000
"""Bytes that leave together anyway, and over which a thread does it: the letters of a session hold no loop."""


def lue() -> bool:
    """Returns whether who asks reads gzip."""
    return request.accept_encodings.quality(GZIP) > 0


def sans_danger() -> bool:
    """Returns whether this answer may leave compressed: who asks reads it so, and no other site weighs it."""
    return lue() and surete.demande_d_ici()


def compresser(reponse: Response) -> Response:
    """Compresses an answer where that is of use, and without danger. Its `ETag` stays: it is a thing's version. A file
    that is written as it leaves was compressed by its writer.
    """
    if reponse.mimetype not in _TYPES or reponse.direct_passthrough:  # a file of a disk leaves as it is there
        return reponse
    reponse.vary.add("Accept-Encoding")
    if reponse.is_streamed or not sans_danger() or len(octets := reponse.get_data()) <= _UN_PAQUET:
        return reponse
    entier = octets, NIVEAU, WBITS
    reponse.set_data(a_part(zlib.compress, *entier) if len(octets) > _LONG else zlib.compress(*entier))
    reponse.headers["Content-Encoding"] = GZIP
    return reponse
