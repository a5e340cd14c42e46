"""Calls that a person opens by a link: a page where a browser asks, JSON for a program.

A token may be in the address: it goes to nobody, by no referrer.
"""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide, Refus, est_introuvable
from commun.schemas.sorties import page_publique
from gateway.problems import json
from gateway.web import surete

_LETTRE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""What a letter on the web may load: nothing but its own style, written in it as mails have it."""


def veut_du_html() -> bool:
    """Whether who asks is a browser."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def repondre(resultat: dict[str, Any], statut: int) -> Response:
    """Returns an answer in the form that the client reads: its `page` drawn, or its `html` as it is, or its data.

    What is nothing but HTML is HTML for all.
    """
    page, html = resultat.pop("page", None), resultat.pop("html", None)
    if resultat and not veut_du_html():
        return json(resultat, statut)
    if page:
        return dessiner(page, statut)
    reponse = _html(html or "", statut)
    reponse.headers["Content-Security-Policy"] = _LETTRE
    return reponse


def refuser(refus: Refus, formulaire: dict[str, Any] | None = None, repli: tuple[str, str] | None = None) -> Response:
    """Returns what a person reads of a refusal: the form that was wrong as it was typed, each message at its field.

    Args:
        repli: where to go on from an address that leads nowhere any more, and its words.
    """
    clair = refus.en_clair()
    erreurs = clair.get("erreurs") or {}
    if formulaire and erreurs.keys() & {champ["nom"] for champ in formulaire["champs"]}:
        return dessiner(formulaire, clair["statut"], erreurs)
    phrase = " ".join(m for messages in erreurs.values() for m in messages)
    lien = dict(zip(("adresse", "libelle"), repli, strict=True)) if repli and est_introuvable(refus) else None
    reponse = dire("Votre demande n’a pas abouti", phrase or clair["detail"], statut=clair["statut"], lien=lien)
    if "reessayer_dans" in clair:
        reponse.headers["Retry-After"] = str(clair["reessayer_dans"])
    return reponse


def dire(titre: str, *phrases: str, statut: int = 200, lien: dict[str, str] | None = None) -> Response:
    """Returns a page that says one thing; `lien`: where to go on, `{adresse, libelle}`."""
    return dessiner(page_publique(titre, *phrases, lien=lien)["page"], statut)


def dessiner(page: dict[str, Any], statut: int, erreurs: dict[str, list[str]] | None = None) -> Response:
    """Returns a public page, as `commun.schemas.sorties.page_publique` says it; `erreurs`: what its fields lack."""
    encore = request.path if statut == Invalide.statut and not erreurs else None
    saisie = request.form if erreurs else {}  # what is too large to be read has none
    vu = {"page": page, "encore": encore, "statut": statut, "erreurs": erreurs or {}, "saisie": saisie}
    contenu = render_template("publique.html", moi=None, profil=None, **vu)
    return surete.proteger(_html(contenu, statut))


def _html(contenu: str, statut: int) -> Response:
    reponse = Response(contenu, statut, content_type="text/html; charset=utf-8")
    reponse.headers["Referrer-Policy"] = "no-referrer"
    return reponse
