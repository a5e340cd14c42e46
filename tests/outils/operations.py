"""What an act costs, counted: functions of the services that it calls, whatever the machine does meanwhile."""

import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any

_CHEZ_NOUS = ("/services/", "/commun/")
_EN_PROPORTION, _A_PEU_PRES = 2.15, 200
"""How much more twice as many more may cost: twice, and what little comes and goes."""


def operations(faire: Callable[[], Any]) -> int:
    """Returns how many calls of our functions this makes."""
    compte = 0

    def compter(cadre: FrameType, genre: str, _: Any) -> None:
        nonlocal compte
        compte += genre == "call" and any(ou in cadre.f_code.co_filename for ou in _CHEZ_NOUS)

    sys.setprofile(compter)
    try:
        faire()
    finally:
        sys.setprofile(None)
    return compte


def en_proportion(couts: list[int]) -> bool:
    """Returns whether costs follow a size that doubles each time: what it adds doubles too, and no more."""
    ajoutes = [apres - avant for avant, apres in pairwise(couts)]
    return all(apres <= _EN_PROPORTION * avant + _A_PEU_PRES for avant, apres in pairwise(ajoutes))
