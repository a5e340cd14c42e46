"""Which writing a text that is no Unicode is in: that of Windows, of a Mac, or what Excel calls « CSV (MS-DOS) ».

Each makes letters of what another means by its own, and nothing in a file says which is its own. What is read is a
list of names: each writing is judged by how common are the letters that it reads, where they stand.
"""

import re
from itertools import islice
from math import log

_WINDOWS = "cp1252"
_ECRITURES = (_WINDOWS, "mac_roman", "cp850")
_A_PRIORI = 200
"""How many times more files Windows writes than the others: a letter or two that are rare are no reason to doubt it."""

_A_VOIR, _VUES_MAX = re.compile(rb"[A-Za-z]?[\x80-\xff]{1,8}[A-Za-z]?"), 10_000
"""What they write each in its own way, with the letters beside it; as many as tell them apart in any file."""
_POIDS = {
    lettre: poids
    for poids, lettres in (
        (100, "é"),
        (30, "èÉ"),
        (5, "êëîïôçàâüÈÇ"),
        (2, "ûöäñáíóúãœÀÂÊËÎÏÔÛÜÑÓÁÍ"),
    )
    for lettre in lettres
}
"""How common a letter is in the names of France, one against another; others are as `_AUTRE`."""
_AUTRE, _INTRUS = 0.3, 0.001
_DANS_UN_MOT, _AUTOUR = "’–", "’–—«»“”…°€\xa0"
_FAUSSES_LETTRES = "ƒªºµ"
"""Letters to Python, which no name has."""
_VOYELLES = "aeiouAEIOU"


def ecriture(contenu: bytes) -> str:
    """Returns the Python codec that most likely reads this text."""
    vus = b" ".join(vu[0] for vu in islice(_A_VOIR.finditer(contenu), _VUES_MAX))
    return max(_ECRITURES, key=lambda nom: log(_A_PRIORI if nom == _WINDOWS else 1) + _vraisemblance(vus, nom))


def _vraisemblance(vus: bytes, nom: str) -> float:
    texte = f" {vus.decode(nom, errors='replace')} "
    return sum(log(_poids(*texte[n - 1 : n + 2])) for n in range(1, len(texte) - 1) if not texte[n].isascii())


def _poids(avant: str, lu: str, apres: str) -> float:
    """Returns how common what is read between these is in a name."""
    if not lu.isalpha() or lu in _FAUSSES_LETTRES:
        dans_un_mot = avant.isalpha() and apres.isalpha()
        return 2 if lu in (_DANS_UN_MOT if dans_un_mot else _AUTOUR) else _INTRUS
    poids = _POIDS.get(lu, _AUTRE)
    if (lu in "ëïËÏ" and avant not in _VOYELLES) or (lu in "âÂ" and avant in _VOYELLES):
        poids *= 0.1  # « Noël », « Châlons »
    if lu.isupper():
        return _INTRUS if avant.islower() else poids * 0.02 if avant.isupper() and apres.islower() else poids
    if not avant.isalpha():
        return poids * 0.1  # « éric »: names begin with a capital
    return poids * 0.5 if avant.isupper() and apres.isupper() else poids  # « HéLèNE », as keyboards make it
