"""Communes as people name them, beside the names that the COG gives. Pure."""

import re

from commun.domain.textes import normaliser

_ABREGES = {"st": "saint", "ste": "sainte"}
_ARRONDISSEMENT = re.compile(r"(paris|lyon|marseille) 0?(\d{1,2}) ?(?:er|e|eme|ieme)?(?: arrondissement| arrdt?)?")


def cle_de_la_commune(nom: str) -> str:
    """Returns a name as the list of communes is searched: « St-Denis » is Saint-Denis, « Lyon 3 » is of Lyon."""
    cle = " ".join(_ABREGES.get(mot, mot) for mot in normaliser(nom).split())
    if lu := _ARRONDISSEMENT.fullmatch(cle):
        return f"{lu[1]} {int(lu[2])}{'er' if int(lu[2]) == 1 else 'e'} arrondissement"
    return cle
