"""What an act costs, counted: the lines of our code that it runs, whatever the machine does meanwhile."""

import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any

_CHEZ_NOUS = ("/services/", "/commun/")
_EN_PROPORTION, _A_PEU_PRES = 2.15, 500
"""How much more twice as many more may cost: twice, and what little comes and goes."""


def operations(faire: Callable[[], Any]) -> int:
    """Returns how many lines of our code this runs, those of a loop each time."""
    compte = 0

    def compter(_cadre: FrameType, genre: str, _: Any) -> Any:
        nonlocal compte
        compte += genre == "line"
        return compter

    def suivre(cadre: FrameType, *_: Any) -> Any:
        return compter if any(ou in cadre.f_code.co_filename for ou in _CHEZ_NOUS) else None

    avant = sys.gettrace()
    sys.settrace(suivre)
    try:
        faire()
    finally:
        sys.settrace(avant)
    return compte


def en_proportion(couts: list[int]) -> bool:
    """Returns whether costs follow a size that doubles each time: what it adds doubles too, and no more."""
    ajoutes = [apres - avant for avant, apres in pairwise(couts)]
    return all(apres <= _EN_PROPORTION * avant + _A_PEU_PRES for avant, apres in pairwise(ajoutes))
