"""What a client of the contract checks of an answer."""

from collections.abc import Iterable
from typing import Any

from tests.parcours.acteurs import Corps

LISTE = {"elements", "total", "page", "par_page"}


def porte(corps: Corps, champs: str) -> Corps:
    """Returns `corps`, which must have these fields, separated by spaces."""
    manquent = set(champs.split()) - corps.keys()
    assert not manquent, f"{sorted(manquent)} absents de {sorted(corps)}"
    return corps


def liste(corps: Corps, *, page: int = 1, par_page: int = 25) -> list[Any]:
    """Returns the elements of a page of a list."""
    assert corps.keys() >= LISTE
    assert (corps["page"], corps["par_page"]) == (page, par_page)
    assert len(corps["elements"]) <= min(par_page, corps["total"])
    return list(corps["elements"])


def codes(remarques: Iterable[Corps]) -> list[str]:
    """Returns the codes of rules, each with its sentence."""
    remarques = list(remarques)
    assert all(r["message"].strip() for r in remarques)
    return [r["code"] for r in remarques]
