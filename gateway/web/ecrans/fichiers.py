"""Files and live streams: those of the API, at the same addresses without its prefix, for who is signed in."""

from functools import partial
from typing import Any

from flask import g
from werkzeug.wrappers import Response

from gateway import dispatch
from gateway.api.routes import Route
from gateway.api.table import ROUTES
from gateway.web.site import site


def _ouvrir(route: Route, **chemin: str) -> Response:
    return dispatch.repondre(route, g.acteur, chemin)


def _est_un_fichier(route: Any) -> bool:
    return route.methode == "GET" and route.qui is not None and (route.fichier or route.flux or route.export)


for _route in filter(_est_un_fichier, ROUTES):
    site.add_url_rule(_route.chemin, f"fichier {_route.chemin}".replace(".", "-"), partial(_ouvrir, _route))
