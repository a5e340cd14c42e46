"""Communes of yesterday and today, and as people name them, beside the names that the COG gives. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from commun.domain.territoires import departement_du_code_postal
from commun.domain.textes import commune_et_code, mots_de_commune, normaliser

_ARRONDISSEMENT = re.compile(r"(paris|lyon|marseille) 0?(\d{1,2}) ?(?:er|e|eme|ieme)?(?: arrondissement| arrdt?)?")


_ARRONDISSEMENTS = {"paris": (75100, 20), "lyon": (69380, 9), "marseille": (13200, 16)}
"""The number after which their INSEE codes come, and how many there are."""


class NatureCommune(StrEnum):
    """What a code of the list stands for. `ANCIENNE`: a code that no longer serves, whose own name is not known."""

    ACTUELLE = "commune-actuelle"
    DELEGUEE = "commune-deleguee"
    ASSOCIEE = "commune-associee"
    ARRONDISSEMENT = "arrondissement-municipal"
    ANCIENNE = "ancien-code"


@dataclass(frozen=True)
class Commune:
    """A commune by its INSEE code. One code has two rows where a commune nouvelle took that of one of its parts.

    `commune_actuelle` is where the place is today; `nom` is empty for an `ANCIENNE`.
    """

    code: str
    nature: NatureCommune
    nom: str
    departement: str
    commune_actuelle: str
    codes_postaux: tuple[str, ...] = ()


_D_AUTREFOIS = (NatureCommune.DELEGUEE, NatureCommune.ASSOCIEE)


def lignes_du_code(avant: Collection[Commune], lues: Collection[Commune]) -> list[Commune]:
    """Returns what is kept under a code that the list gives again: what it says, and the names that the code had and
    that the list gives it no more, as those of yesterday: people were born under them.
    """
    nommees = [c for c in lues if c.nature is not NatureCommune.ANCIENNE]
    devenue = next(iter(nommees or lues)).commune_actuelle
    prises = {c.nature: c for c in nommees}
    noms = {normaliser(c.nom) for c in nommees}
    for c in sorted(avant, key=lambda c: c.nature is NatureCommune.ACTUELLE):  # of today once, it takes the place left
        if c.nature is NatureCommune.ANCIENNE or c.nature in prises or normaliser(c.nom) in noms:
            continue
        natures = _D_AUTREFOIS if c.nature is NatureCommune.ACTUELLE else (c.nature,)
        if libre := next((n for n in natures if n not in prises), None):
            prises[libre] = replace(c, nature=libre, commune_actuelle=devenue)
    return list(prises.values()) or list(lues)


def cle_de_la_commune(nom: str) -> str:
    """Returns a name as the list of communes is searched: « St-Denis » is Saint-Denis, « Lyon 3 » is of Lyon."""
    cle = " ".join(mots_de_commune(nom))
    if lu := _ARRONDISSEMENT.fullmatch(cle):
        return f"{lu[1]} {int(lu[2])}{'er' if int(lu[2]) == 1 else 'e'} arrondissement"
    return cle


def code_de_l_arrondissement(nom: str) -> str | None:
    """Returns the INSEE code of an arrondissement of Paris, Lyon or Marseille by its name, « MARSEILLE 12 »; none of
    what is not one."""
    if not (lu := _ARRONDISSEMENT.fullmatch(" ".join(mots_de_commune(nom)))):
        return None
    (avant, nombre), rang = _ARRONDISSEMENTS[lu[1]], int(lu[2])
    return str(avant + rang) if 1 <= rang <= nombre else None


def commune_situee(nom: str) -> tuple[str, str | None]:
    """Returns a name as the list of communes is searched, without the département or the postcode written beside it,
    and that département; none where nothing says it."""
    seul, code = commune_et_code(nom)
    return cle_de_la_commune(seul), departement_du_code_postal(code) if code and len(code) == 5 else code
