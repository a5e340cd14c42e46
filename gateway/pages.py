"""Calls that a person opens by a link: HTML where a browser asks, JSON for a program."""

from collections.abc import Iterable
from dataclasses import dataclass
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
_PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>CERES</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    '<body style="font-family:Arial,sans-serif;max-width:40em;margin:3em auto;padding:0 1em">'
    "<h1>{titre}</h1>{corps}</body></html>"
)


@dataclass(frozen=True)
class Champ:
    """A field that a person fills in. `saisie`: what browsers may fill it with."""

    nom: str
    libelle: str
    type: str
    saisie: str


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
    """Returns a page that says one thing; the form that was wrong is there again at the same address."""
    encore = '<p><a href="">Recommencer</a></p>' if statut == 422 else ""
    return _html(_PAGE.format(titre="CERES", corps=_paragraphes([phrase]) + encore), statut)


def formulaire(titre: str, phrases: Iterable[str], champs: Iterable[Champ] = (), bouton: str = "") -> str:
    """Returns the HTML of a page with a form, sent to its own address; without `bouton`, of a page without one."""
    saisies = "".join(
        f'<p><label for="{c.nom}">{escape(c.libelle)}</label><br><input id="{c.nom}" name="{c.nom}" type="{c.type}" '
        f'autocomplete="{c.saisie}" required></p>'
        for c in champs
    )
    forme = f'<form method="post">{saisies}<p><button type="submit">{escape(bouton)}</button></p></form>'
    return _PAGE.format(titre=escape(titre), corps=_paragraphes(phrases) + (forme if bouton else ""))


def _paragraphes(phrases: Iterable[str]) -> str:
    return "".join(f"<p>{escape(phrase)}</p>" for phrase in phrases)


def _html(html: str, statut: int) -> Response:
    reponse = Response(html, statut, content_type="text/html; charset=utf-8")
    reponse.headers.update(_SURES)
    return reponse
