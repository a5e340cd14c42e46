"""Imports without what a library loads for uses that are not ours."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sans(*modules: str) -> Iterator[None]:
    """Makes as if these were not installed, for what is imported meanwhile; they can be imported again afterwards."""
    avant = {nom: sys.modules.get(nom) for nom in modules}
    sys.modules.update(dict.fromkeys(modules))  # type: ignore[arg-type]  # what Python reads as « not to be found »
    try:
        yield
    finally:
        for nom, module in avant.items():
            sys.modules.pop(nom)
            if module:
                sys.modules[nom] = module
