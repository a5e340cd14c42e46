"""Calls that a person opens by a link: HTML where a browser asks, JSON for a program."""

from html import escape
from typing import Any

from flask import Response, request

from commun.errors import Refus
from gateway.problems import json

_SURES = {
    # a token may be in the address: it goes to nobody, and nothing from elsewhere is loaded
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PHRASE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>CERES</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    '<body style="font-family:Arial,sans-serif;max-width:40em;margin:3em auto;padding:0 1em">'
    "<h1>CERES</h1><p>{phrase}</p></body></html>"
)


def veut_du_html() -> bool:
    """Whether who asks is a browser."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def repondre(resultat: dict[str, Any], statut: int) -> Response:
    """Returns a page in the form that the client reads; one that is nothing but HTML is HTML for all."""
    html = resultat.pop("html")
    return _html(html, statut) if not resultat or veut_du_html() else json(resultat, statut)


def refuser(refus: Refus) -> Response:
    """Returns what a person reads of a refusal."""
    clair = refus.en_clair()
    erreurs = [m for messages in (clair.get("erreurs") or {}).values() for m in messages]
    return dire(" ".join(erreurs) or clair["detail"], clair["statut"])


def dire(phrase: str, statut: int = 200) -> Response:
    """Returns a page that says one thing."""
    return _html(_PHRASE.format(phrase=escape(phrase)), statut)


def _html(html: str, statut: int) -> Response:
    reponse = Response(html, statut, content_type="text/html; charset=utf-8")
    reponse.headers.update(_SURES)
    return reponse
