"""From an HTTP request to a call, and back: the same few steps for every route."""

import base64
import codecs
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import orjson
from flask import g, request, url_for
from marshmallow import fields
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable, Invalide, Refus
from commun.domain.textes import ILLISIBLE
from commun.schemas import champs
from commun.schemas.forms import instance
from commun.storage.db import nouvel_id
from gateway import auth, exports, flux, pages, relecture
from gateway.api.routes import Route
from gateway.api.table import lecture_de, lecture_de_ce_que_cree
from gateway.appel import appel_pour, appeler, avec_cle
from gateway.commands.connexion import ligne_de
from gateway.problems import json

_AUTOUR = 100_000
"""Bytes that a form may hold around its file."""

_CHAMPS_MAX, _SIGNES_MAX = 50_000, 500_000
"""Fields of a form, the results of a thousand candidates; signs that it writes in three (« %26 »), twice those of a
file of 5 MB in base64.
"""

_MONTRES = ("application/pdf", "text/calendar")
"""The kinds of files that browsers show, or hand to the calendar; the others are saved."""

_NOM_MAX = 200
"""Signs of a file's name that go with it: systems take 255."""

_UN_SEUL = "Envoyez un seul fichier à la fois."
_SANS_NOM = "Envoyez ce fichier avec son nom (« filename ») : sans lui, il arrive comme un texte, et s'abîme."

_REQUETE = re.compile(r"[A-Za-z0-9._:/+=|~@;,#(){}-]{1,200}")
"""An id as those who draw them write it: a UUID, in braces at some, « Root=1-67891233-… » of a load balancer, some
Base64, « poste-12#3 ».
"""


def ouvrir_requete() -> None:
    """Gives the request its id, the client's own where it is well formed."""
    propose = request.headers.get("X-Request-Id", "")
    g.requete = propose if _REQUETE.fullmatch(propose) else nouvel_id()


def traiter(route: Route, **chemin: str) -> Response:
    """Answers a request on `route`."""
    try:
        return _traiter(route, chemin)
    except RequestEntityTooLarge:
        refus: Refus = trop_volumineux(route)
    except Refus as recu:
        refus = recu
    if route.page and pages.veut_du_html():
        sienne = _sa_page(route, chemin) if refus.en_clair()["statut"] == Invalide.statut else None
        return pages.refuser(refus, sienne, route.repli)
    raise refus


def _sa_page(route: Route, chemin: dict[str, str]) -> dict[str, Any] | None:
    """Returns the page at the address of this call, whose form it answers; nothing where it cannot be had."""
    sienne = lecture_de(route)
    if sienne is None or not sienne.page:
        return None
    try:
        return dict(appeler(sienne, appel_pour(sienne, None), dict(chemin)))["page"]
    except Refus:
        return None


def _traiter(route: Route, chemin: dict[str, str]) -> Response:
    acteur = auth.acteur_de(request.headers.get("Authorization", "")) if route.qui is not None else None
    return repondre(route, acteur, chemin)


def repondre(route: Route, acteur: Acteur | None, chemin: dict[str, str]) -> Response:
    """Answers this request on `route`, for this actor."""
    appel = appel_pour(route, acteur)
    if any("\x00" in valeur for valeur in chemin.values()):
        raise Introuvable()  # PostgreSQL holds no NUL: nothing bears such a name
    arguments = dict(chemin) | _entree(route)
    if acteur and (cle := request.headers.get("Idempotency-Key")):
        appel = avec_cle(route, appel, cle, arguments)
    if "corps" in arguments:
        if appel.version is None:
            appel = replace(appel, version=relecture.version_rendue(route, arguments["corps"]))
        arguments["corps"] = relecture.sans_ce_qui_fut_lu(route, acteur, chemin, arguments["corps"])
    if route.flux and acteur:
        return flux.couler(route, appel, arguments, acteur.compte_id)
    if route.export and acteur:
        return exports.exporter(route, appel, arguments["filtres"], acteur)
    return _sortie(route, appeler(route, appel, arguments))


def _entree(route: Route) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if route.source:
        arguments["source"] = ligne_de(request.remote_addr or "")
    if route.filtres:
        arguments["filtres"] = _dits(request.args)
    if route.multipart:
        arguments["corps"] = _formulaire(route)
    elif route.page and route.corps and request.mimetype == "application/x-www-form-urlencoded":
        lire_formulaire(route.taille)
        arguments["corps"] = request.form.to_dict()
    elif route.corps:
        arguments["corps"] = _corps_json(route)
    elif route.methode == "DELETE":
        motif = {"motif": m} if (m := request.args.get("motif")) else {}
        arguments["corps"] = {"confirmer": _codes(request.args.getlist("confirmer"))} | motif
    return arguments


def _dits(saisie: MultiDict[str, str], vides: Collection[str] = ()) -> dict[str, Any]:
    """Returns what is said by name, without what is left blank but for `vides`. What has two values goes with both: its
    form refuses it, where the first alone would be a part of what is asked for, or its contrary.
    """
    dits = {nom: [v for v in dict.fromkeys(vs) if v.strip() or nom in vides] for nom, vs in saisie.lists()}
    return {nom: valeurs[0] if len(valeurs) == 1 else valeurs for nom, valeurs in dits.items() if valeurs}


def _corps_json(route: Route) -> Any:
    """Returns the body, `None` where it is not JSON: the service then says so, after what comes before (403, 404)."""
    request.max_content_length = route.taille
    brut = request.get_data()
    request.stream.read(1)  # werkzeug cuts at the limit what comes in chunks, and refuses it when read on
    if not brut:
        return {}
    try:
        corps = orjson.loads(brut.removeprefix(codecs.BOM_UTF8))  # the mark of a file that Windows saved
        orjson.dumps(corps)  # deeper than the bus can carry
    except (orjson.JSONDecodeError, TypeError):
        return None
    return corps


def _formulaire(route: Route) -> dict[str, Any]:
    """Returns a multipart form: its fields, its file in base64 with its name, and the query string's parameters.

    A field left blank is not there; but a yes or no left blank says neither, and is refused.
    """
    request.max_content_length = route.taille + _AUTOUR
    champs_du_corps = instance(route.corps).fields if route.corps else {}
    forme = _dits(request.values, {nom for nom, champ in champs_du_corps.items() if isinstance(champ, fields.Boolean)})
    if "confirmer" in forme:
        forme["confirmer"] = _codes(request.values.getlist("confirmer"))
    recu = fichier_recu(route)
    if "fichier" in forme and not recu:
        raise Invalide.au_champ("fichier", _SANS_NOM)
    if recu.keys() & forme.keys():
        raise Invalide.au_champ("fichier", _UN_SEUL)
    return forme | recu


def lire_formulaire(taille: int) -> None:
    """Reads a form without a file, of so many bytes at most.

    Raises:
        RequestEntityTooLarge: it is larger, or too long to read.
    """
    request.max_content_length = taille
    if trop_long_a_lire(request.get_data()):
        raise RequestEntityTooLarge()


def trop_long_a_lire(brut: bytes) -> bool:
    """Returns whether a form has more fields than any page, or more signs to read one by one: a megabyte of empty ones,
    or eight of these, is some seconds of a processor, for anybody's asking.
    """
    return brut.count(b"&") > _CHAMPS_MAX or brut.count(b"%") > _SIGNES_MAX


def _codes(dits: list[str]) -> list[str]:
    """Returns the codes confirmed in an address or a form, separated by commas or said several times, once each: the
    trial of a file gives that of each of its lines."""
    return list(dict.fromkeys(code for dit in dits for code in dit.replace(",", " ").split()))


def fichier_recu(route: Route) -> dict[str, str]:
    """Returns the file of this request's form as `route` takes it: `{fichier: base64, nom}`, empty where there is none.

    Raises:
        Invalide: it is larger than the route takes, or is not alone: the others would be left out unsaid.
    """
    fichier = next(filter(None, request.files.getlist("fichier")), None)
    if fichier is None:
        return {}
    if sum(1 for _, envoye in request.files.items(multi=True) if envoye) > 1:
        raise Invalide.au_champ("fichier", _UN_SEUL)
    contenu = fichier.read(route.taille + 1)
    if len(contenu) > route.taille:
        raise trop_volumineux(route)
    nom = (fichier.filename or "fichier").replace(ILLISIBLE, "?")  # what a name lost on its way is no fault of the file
    return {"fichier": base64.b64encode(contenu).decode(), "nom": nom[:_NOM_MAX]}


def trop_volumineux(route: Route) -> Invalide:
    """Returns the refusal of what is larger than a route takes."""
    phrase = champs.trop_volumineux("Ce fichier" if route.multipart else "Ce que vous envoyez", route.taille)
    return Invalide.au_champ("fichier" if route.multipart else "_schema", phrase)


def _sortie(route: Route, resultat: Any) -> Response:
    if resultat is None:
        return Response(status=204)
    if route.fichier:
        contenu = base64.b64decode(resultat["contenu"])
        reponse = Response(contenu, content_type=resultat["type"])
        facon = "inline" if resultat["type"].startswith(_MONTRES) else "attachment"
        reponse.headers["Content-Disposition"] = f'{facon}; filename="{resultat["nom"]}"'
        return reponse
    if route.page:
        return pages.repondre(resultat, route.statut)
    reponse = json(resultat, route.statut)
    if isinstance(resultat, dict) and isinstance(version := resultat.get("version"), int):
        reponse.headers["ETag"] = f'"{version}"'
    if lue := lecture_de_ce_que_cree(route):
        sienne, parametre, champ = lue
        reponse.headers["Location"] = url_for(sienne.nom, **{parametre: resultat[champ]})
    return reponse
