"""Imports without what a library loads for uses that are not ours."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def sans(*modules: str, vides: Collection[str] = ()) -> Iterator[None]:
    """Makes as if these were not installed, for what is imported meanwhile; they can be imported again afterwards.

    Args:
        vides: those that are seen as empty: what imports them does not do without, and uses nothing of them.
    """
    vus: Any = dict.fromkeys(modules) | {nom: ModuleType(nom) for nom in vides}  # Python takes None as « not there »
    avant = {nom: sys.modules.get(nom) for nom in vus}
    sys.modules.update(vus)
    try:
        yield
    finally:
        for nom, module in avant.items():
            sys.modules.pop(nom)
            if module:
                sys.modules[nom] = module
