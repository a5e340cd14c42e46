"""The Flask application: routes, errors, and what every answer bears."""

import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Request, g, request
from prometheus_client import Counter, Histogram
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import cached_property
from werkzeug.wrappers import Response

from commun.config import config
from commun.domain.errors import ErreurInterne, Introuvable, Refus
from commun.spans import Portee
from commun.telemetry import faute, journal, suivre
from gateway import pages, readiness
from gateway.api.table import ROUTES
from gateway.compression import compresser
from gateway.dispatch import ouvrir_requete, traiter
from gateway.problems import json, probleme
from gateway.serveur import TAILLE_ENVOI
from gateway.web import site

BASE = "/api/v1"
_METHODES = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""Those that are counted by their name: whoever invents others makes no more series of them than one."""
_REPONDUES = Counter("ceres_http_requetes", "HTTP requests answered", ["methode", "route", "statut"])
_DUREES = Histogram(
    "ceres_http_secondes",
    "Duration of an HTTP request, by route",
    ["route"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class Requete(Request):
    """A request whose file stays in memory, where all of it is already (`gateway.serveur`): written again to a disk,
    which may be full, it was lost.

    What is not UTF-8 in its address is a letter lost, which forms refuse: werkzeug leaves « am%E9lie », as if said so.
    """

    def __init__(self, *arguments: Any, **nommes: Any) -> None:
        super().__init__(*arguments, **nommes)
        self.query_string = self.query_string.decode(errors="replace").encode()

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return ImmutableMultiDict(parse_qsl(self.query_string.decode(), keep_blank_values=True, errors="replace"))

    def _get_file_stream(self, *_sur: Any, **_lui: Any) -> BytesIO:
        return BytesIO()


def creer_application() -> Flask:
    """Returns the application with every route of the API."""
    app = Flask("gateway", static_folder=None, template_folder=None)
    app.request_class = Requete
    app.config["MAX_CONTENT_LENGTH"] = TAILLE_ENVOI
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # else another address, and an answer in English, for « //jures »
    for route in ROUTES:
        reponse = partial(traiter, route)
        for chemin in dict.fromkeys((route.chemin, _sans_tiret(route.chemin))):
            app.add_url_rule(BASE + chemin, route.nom, reponse, methods=[route.methode])
    app.add_url_rule(f"{BASE}/openapi.json", "openapi", _document)
    app.add_url_rule("/sante/vivant", "vivant", lambda: json({"statut": "ok"}))
    app.add_url_rule("/sante/pret", "pret", lambda: _sante(readiness.examiner))
    app.add_url_rule("/sante/sert", "sert", lambda: _sante(readiness.servir))
    site.brancher(app)
    app.before_request(_ouvrir)
    app.after_request(_signer)
    app.after_request(compresser)  # before it: Flask goes through them backwards
    app.register_error_handler(Refus, lambda refus: probleme(refus.en_clair()))
    app.register_error_handler(HTTPException, _erreur_http)
    app.register_error_handler(Exception, _erreur_imprevue)
    if n := config().proxys:  # who asks is what they say; without them, a header would let anybody claim to be another
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


def _sans_tiret(chemin: str) -> str:
    """Returns the path whose last segment, an action's name, bears `_` where the contract takes `-` alike."""
    debut, _, action = chemin.rpartition("/")
    return f"{debut}/{action.replace('-', '_')}"


def _document() -> Response:
    from gateway import openapi  # half a megabyte, for who reads it

    return json(openapi.document())


def _sante(examiner: Callable[[], tuple[bool, dict[str, str]]]) -> Response:
    pret, dependances = examiner()
    return json({"statut": "ok" if pret else "indisponible", "dependances": dependances}, 200 if pret else 503)


def _ouvrir() -> None:
    g.debut = time.monotonic()
    ouvrir_requete()
    suivre(g.requete, service="gateway")
    g.portee = Portee("HTTP", "SERVER", request.headers.get("traceparent"), **{"ceres.requete": g.requete})


def _signer(reponse: Response) -> Response:
    reponse.headers["X-Request-Id"] = g.requete
    reponse.headers.setdefault("Cache-Control", "no-store")
    reponse.headers["X-Content-Type-Options"] = "nosniff"
    regle = request.url_rule.rule if request.url_rule else None  # the rule, not the path: ids stay out of logs
    duree, statut = time.monotonic() - g.debut, reponse.status_code
    methode = request.method if request.method in _METHODES else "AUTRE"
    journal.info("http", methode=methode, regle=regle, statut=statut, ms=round(duree * 1000))
    _REPONDUES.labels(methode, regle or "", statut).inc()
    _DUREES.labels(regle or "").observe(duree)
    g.portee.renommer(f"{methode} {regle or 'inconnue'}")
    g.portee.finir("erreur" if statut >= 500 else "", **{"http.response.status_code": statut})
    return reponse


def _erreur_http(erreur: HTTPException) -> Response:
    """What werkzeug itself refuses: an unknown page, a method that is not there."""
    if erreur.code == 404 and not request.path.startswith(BASE) and pages.veut_du_html():
        return site.page_introuvable()
    match erreur.code:
        case 404:
            return probleme(Introuvable("Cette adresse n'existe pas.").en_clair())
        case 405:
            return _methode_absente(erreur)
        case 500:
            return probleme(ErreurInterne().en_clair())
        case code:
            detail = "Cette demande ne peut pas être lue."
            return probleme({"statut": code or 400, "code": "INVALIDE", "detail": detail})


def _methode_absente(erreur: HTTPException) -> Response:
    """Returns the refusal of a method, with those that there are (`Allow`)."""
    clair = {"statut": 405, "code": "METHODE", "detail": "Cette méthode n'est pas proposée à cette adresse."}
    reponse = probleme(clair)
    reponse.headers.extend(dict(erreur.get_headers()) if erreur.response is None else {})
    reponse.content_type = "application/problem+json"
    return reponse


def _erreur_imprevue(erreur: Any) -> Response:
    journal.error("erreur", **faute(erreur))
    return probleme(ErreurInterne().en_clair())
