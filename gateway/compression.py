"""Answers sent compressed to whoever reads them so: a list weighs ten times less, and lines are slow far from cities.

By its length alone, a compressed answer says whether what was asked is also in it, and another site that could have our
pages asked for again and again would learn what they hold, a letter at a time (BREACH). What a cookie opens is so
compressed only where the browser says that no other site asked (ADR 86).
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from commun.fils import a_part
from gateway.web import surete

GZIP: Final = "gzip"
_WBITS = zlib.MAX_WBITS | 16
"""How zlib is told to write that."""
_TEXTES = {"application/json", "application/problem+json", "text/css", "text/csv", "text/html", "text/javascript"}
_TYPES = _TEXTES | {"application/pdf"}
"""Of a letter, what says to who cannot see how it reads is half, and typst leaves that as it is. Workbooks are
compressed already, and no event of a stream may wait for the next."""
_UN_PAQUET, _LONG = 1400, 100_000
"""Bytes that leave together anyway, and over which a thread does it: the letters of a session hold no loop."""
_NIVEAU = 1
"""zlib's least effort: the others take two to three times longer, for a sixth less."""


def lue() -> bool:
    """Returns whether who asks reads gzip."""
    return request.accept_encodings.quality(GZIP) > 0


def compresser(reponse: Response) -> Response:
    """Compresses an answer where that is of use, and without danger. Its `ETag` stays: it is a thing's version."""
    if reponse.mimetype not in _TYPES or reponse.direct_passthrough:  # a file of a disk leaves as it is there
        return reponse
    reponse.vary.add("Accept-Encoding")
    if not lue() or not surete.demande_d_ici():
        return reponse
    if reponse.is_streamed:
        reponse.response = _au_fil(reponse.iter_encoded())
    elif (taille := len(octets := reponse.get_data())) > _UN_PAQUET:
        entier = octets, _NIVEAU, _WBITS
        reponse.set_data(a_part(zlib.compress, *entier) if taille > _LONG else zlib.compress(*entier))
    else:
        return reponse
    reponse.headers["Content-Encoding"] = GZIP
    return reponse


def _au_fil(morceaux: Iterable[bytes]) -> Iterator[bytes]:
    compresseur = zlib.compressobj(_NIVEAU, wbits=_WBITS)
    try:
        for morceau in morceaux:
            yield compresseur.compress(morceau)
    except Exception:  # cut: all that came of it leaves, whose last line says so
        yield compresseur.flush(zlib.Z_SYNC_FLUSH)
        raise
    yield compresseur.flush()
