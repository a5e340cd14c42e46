"""Thousands of cases, each of less than a millisecond, that pytest would take five to run and tell of."""

import inspect
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator
from functools import update_wrapper
from itertools import product
from typing import Any

import pytest

_ECHECS = (Exception, pytest.fail.Exception)


def d_un_trait(essai: Callable[..., None]) -> Callable[..., None]:
    """Makes one test of a parametrized one: every case is tried, then those that fail are told, each with its values.

    For cases drawn from a table of the code. They share the test's fixtures: not for those that change something.
    """
    marques = vars(essai).pop("pytestmark")
    assert all(marque.name == "parametrize" and not marque.kwargs.keys() - {"ids"} for marque in marques)
    cas = [dict(ChainMap(*jeux)) for jeux in product(*(list(_jeux(*marque.args)) for marque in marques))]
    assert cas, "aucun cas"

    def tous(**fixtures: Any) -> None:
        fautes = []
        for valeurs in cas:
            try:
                essai(**fixtures, **valeurs)
            except _ECHECS as faute:
                faute.add_note(f"Cas : {valeurs}")
                fautes.append(faute)
        if fautes:
            raise BaseExceptionGroup(f"{len(fautes)} cas sur {len(cas)}", fautes)

    signature = inspect.signature(essai)
    restes = [parametre for nom, parametre in signature.parameters.items() if nom not in cas[0]]
    update_wrapper(tous, essai)
    tous.__signature__ = signature.replace(parameters=restes)  # type: ignore[attr-defined]
    return tous


def _jeux(noms: str | tuple[str, ...], valeurs: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yields the values of a `parametrize`, by name."""
    for valeur in valeurs:
        assert not hasattr(valeur, "marks"), "a pytest.param has a name or marks, which would be lost"
        yield {noms: valeur} if isinstance(noms, str) else dict(zip(noms, valeur, strict=True))
