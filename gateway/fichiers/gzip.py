"""Bytes compressed as they come, for whoever reads gzip."""

import zlib
from collections.abc import Iterator
from typing import Final

from gateway.fichiers import Incomplet

NIVEAU: Final = 1
"""zlib's least effort: the others take two to three times longer, for a sixth less."""
WBITS: Final = zlib.MAX_WBITS | 16
"""How zlib is told to write gzip."""


def comprimer(morceaux: Iterator[bytes]) -> Iterator[bytes]:
    """Yields them compressed. Cut, all that came leaves, whose last line says so."""
    compresseur = zlib.compressobj(NIVEAU, wbits=WBITS)
    try:
        for morceau in morceaux:
            yield compresseur.compress(morceau)
    except Incomplet:
        yield compresseur.flush(zlib.Z_SYNC_FLUSH)
        raise
    yield compresseur.flush()
