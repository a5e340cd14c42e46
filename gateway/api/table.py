"""Every route of the API, in the order of the contract."""

import importlib
import re
from functools import cache
from pkgutil import iter_modules

import gateway.api
from commun.schemas.forms import instance
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


@cache
def lecture_de_son_tout(route: Route) -> tuple[Route, str, str] | None:
    """Returns the route that reads what this one changes a part of, the field that holds its parts, and the parameter
    that tells which: a job, which has no address of its own to be read at, is read with its juré.
    """
    partie = re.fullmatch(r"(.+)/(\w+)/<(\w+)>", route.chemin)
    tout = PAR_OPERATION.get(f"GET {partie[1]}") if partie else None
    if partie is None or tout is None or tout.reponse is None or partie[2] not in instance(tout.reponse).fields:
        return None
    return tout, partie[2], partie[3]


@cache
def lecture_de_ce_que_cree(route: Route) -> tuple[Route, str, str] | None:
    """Returns the route that reads what this one creates, its parameter, and the field of the answer that gives it.

    It is the GET of a resource at the root whose name ends this address, and whose shape this answer has: what creates
    a juré answers with a juré, what registers one in a session with the session.
    """
    if route.statut != 201 or route.reponse is None:
        return None
    adresse = re.compile(rf"/{re.escape(route.chemin.rpartition('/')[2])}/<(\w+)>")
    for lue in ROUTES:
        trouvee = adresse.fullmatch(lue.chemin) if lue.methode == "GET" else None
        if trouvee and lue.reponse and issubclass(route.reponse, lue.reponse):
            return lue, trouvee[1], "id" if trouvee[1].endswith("_id") else trouvee[1]
    return None
