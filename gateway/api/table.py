"""Every route of the API, in the order of the contract."""

import importlib
from pkgutil import iter_modules

import gateway.api
from gateway.api.routes import Route

_MODULES = sorted(m.name for m in iter_modules(gateway.api.__path__))

ROUTES: tuple[Route, ...] = tuple(
    route for nom in _MODULES for route in getattr(importlib.import_module(f"gateway.api.{nom}"), "ROUTES_API", ())
)
SERVICES: tuple[str, ...] = tuple(sorted({r.rpc[0] for r in ROUTES if r.rpc}))
PAR_OPERATION: dict[str, Route] = {f"{r.methode} {r.chemin}": r for r in ROUTES}


def lecture_de(route: Route) -> Route | None:
    """Returns the route that reads what this one is about: the GET of its address, where there is one."""
    return PAR_OPERATION.get(f"GET {route.chemin}")
