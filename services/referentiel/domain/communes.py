"""Communes of yesterday and today, and as people name them, beside the names that the COG gives. Pure."""

import re
from enum import StrEnum

from commun.domain.textes import normaliser

_ABREGES = {"st": "saint", "ste": "sainte"}
_ARRONDISSEMENT = re.compile(r"(paris|lyon|marseille) 0?(\d{1,2}) ?(?:er|e|eme|ieme)?(?: arrondissement| arrdt?)?")


class NatureCommune(StrEnum):
    """What a code of the list stands for. `ANCIENNE`: a code that no longer serves, whose own name is not known."""

    ACTUELLE = "commune-actuelle"
    DELEGUEE = "commune-deleguee"
    ASSOCIEE = "commune-associee"
    ARRONDISSEMENT = "arrondissement-municipal"
    ANCIENNE = "ancien-code"


def cle_de_la_commune(nom: str) -> str:
    """Returns a name as the list of communes is searched: « St-Denis » is Saint-Denis, « Lyon 3 » is of Lyon."""
    cle = " ".join(_ABREGES.get(mot, mot) for mot in normaliser(nom).split())
    if lu := _ARRONDISSEMENT.fullmatch(cle):
        return f"{lu[1]} {int(lu[2])}{'er' if int(lu[2]) == 1 else 'e'} arrondissement"
    return cle
