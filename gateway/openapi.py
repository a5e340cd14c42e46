"""The OpenAPI 3.1 document, generated from the routes and their schemas."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from commun.schemas.forms import TYPES, Remarque, instance
from gateway.api.routes import Route
from gateway.api.table import PAR_OPERATION, ROUTES, lecture_de_ce_que_cree

_ERREURS = (
    "Champ → messages. Un objet, une liste ou un dictionnaire mène aux champs qu'il tient, par leur nom, leur rang "
    "(depuis 0) ou leur clé ; la ligne d'un fichier, à ses colonnes."
)


class Probleme(Schema):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    manquements = fields.List(fields.Nested(Remarque), required=True)
    avertissements = fields.List(fields.Nested(Remarque))
    erreurs = fields.Dict(required=True, metadata={"description": _ERREURS})
    contexte = fields.Dict(required=True)
    requete = fields.String(required=True)


_SORTES = {"pdf": "application/pdf", "ics": "text/calendar", "export": TYPES["csv"], "fichier": TYPES["xlsx"]}
"""What kind of file an address gives, by how it ends: a list of addresses, the annotated copy of an import."""

_PAGES = {"page", "par_page"}
"""What the file of a list, which holds all of it, reads and does nothing of."""
_PARAMETRE = re.compile(r"<(?:\w+:)?(\w+)>")


def _agit_sur_un_objet(route: Route) -> bool:
    """Returns whether a route acts on an object, rather than makes one: what adds to one answers with all of it."""
    if route.qui is None or "<" not in route.chemin:
        return False
    entier = PAR_OPERATION.get(f"GET {route.chemin.rpartition('/')[0]}")
    return route.agit or route.statut != 201 or (entier is not None and entier.reponse is route.reponse)


_ENTETES: tuple[tuple[str, str, Callable[[Route], bool]], ...] = (
    (
        "Idempotency-Key",
        "Deux envois sous la même clé ne font rien deux fois.",
        lambda r: r.methode == "POST" and r.qui is not None and not r.sans_cle,  # a key is of an account
    ),
    (
        "If-Match",
        "La version vue ; une autre est refusée (412).",
        lambda r: r.ecrit and (r.methode != "POST" or _agit_sur_un_objet(r)),
    ),
    ("X-Date-Simulee", "Le jour de toutes les règles, là où l'installation le permet.", lambda r: True),
    ("X-Request-Id", "Suivi dans tous les journaux.", lambda r: True),
)

_RENDUS = {
    "X-Request-Id": "Le numéro de la demande : le sien, s'il a été donné et est bien formé.",
    "ETag": "La version de l'objet, à redire dans `If-Match`.",
    "Location": "L'adresse de ce qui vient d'être créé.",
    "Retry-After": "Dans combien de secondes recommencer.",
    "Content-Disposition": "Le nom du fichier.",
}
"""The headers of the answers."""

_REFUS = {
    "401": "`NON_AUTHENTIFIE` : ni jeton, ni mot de passe, ni lien qui vaille.",
    "403": "`DROIT` : ce profil ne fait jamais cela.",
    "404": "`INTROUVABLE` : absent, ou hors du périmètre.",
    "409": "Le code d'une règle (`manquements` : toutes celles qui refusent), ou `CONFIRMATION_REQUISE` "
    "(`avertissements` : leurs codes se renvoient dans `confirmer`).",
    "412": "`VERSION` : changé entre-temps.",
    "422": "`INVALIDE` : `erreurs`, champ par champ.",
    "429": "`TROP_DE_REQUETES`.",
    "500": "`ERREUR_INTERNE`.",
    "503": "`INDISPONIBLE` : rien n'a été fait, ou la même `Idempotency-Key` peut être renvoyée.",
}
"""What each refusal means, with its `code`."""

_SUPPRESSION = {
    "confirmer": "Les codes confirmés, séparés par des virgules.",
    "motif": "La raison de l'acte, que sa trace garde.",
}
"""What a DELETE reads in its address, for want of a body, as text; so does a form with a file."""


_BINAIRE = {"type": "string", "format": "binary"}


@cache
def document() -> dict[str, Any]:
    """Returns the document."""
    spec = APISpec("CERES", "1", "3.1.0", plugins=[MarshmallowPlugin(schema_name_resolver=_nom)])
    spec.options["servers"] = [{"url": "/api/v1"}]
    for nom, aide in _RENDUS.items():
        spec.components.header(nom, {"description": aide, "schema": {"type": "string"}})
    spec.components.security_scheme("jeton", {"type": "http", "scheme": "bearer"})
    for route in ROUTES:
        chemin = _PARAMETRE.sub(r"{\1}", route.chemin)
        spec.path(chemin, operations={route.methode.lower(): _operation(route)})
    for route in ROUTES:
        if route.partiel:
            for propriete in spec.components.schemas[_nom(route.corps)]["properties"].values():
                propriete.pop("default", None)  # what is not said stays
    for schema in spec.components.schemas.values():
        for propriete in map(_defaut_en_mots, schema.get("properties", {}).values()):
            if "additionalProperties" in propriete and "maxLength" in propriete:
                propriete["maxProperties"] = propriete.pop("maxLength")  # apispec takes a dictionary for a text
    dit = spec.to_dict()
    for nom in _de_reponses(dit):
        # a later version may answer more, which who was written from this document is to leave aside
        dit["components"]["schemas"][nom].pop("additionalProperties", None)
    return dit


def _de_reponses(dit: dict[str, Any]) -> set[str]:
    """Returns the schemas that answers are made of."""
    noms: set[str] = set()
    a_lire: list[Any] = [operation["responses"] for chemin in dit["paths"].values() for operation in chemin.values()]
    while a_lire:
        lu = a_lire.pop()
        nom = lu.get("$ref", "").removeprefix("#/components/schemas/") if isinstance(lu, dict) else ""
        if nom in dit["components"]["schemas"] and nom not in noms:
            noms.add(nom)
            a_lire.append(dit["components"]["schemas"][nom])
        a_lire += lu.values() if isinstance(lu, dict) else lu if isinstance(lu, list) else []
    return noms


def _nom(schema: Any) -> str:
    classe = schema if isinstance(schema, type) else type(schema)
    service = classe.__module__.split(".")[1] if classe.__module__.startswith("services.") else ""
    return f"{service.capitalize()}{classe.__name__}"


def _mots(route: Route) -> str:
    """Returns the operation's unique name, such as programs written from the document may call it."""
    return re.sub(r"\W+", "_", route.methode.lower() + _PARAMETRE.sub(r"par_\1", route.chemin))


def _operation(route: Route) -> dict[str, Any]:
    return {
        "operationId": _mots(route),
        "summary": route.resume,
        "tags": [route.chemin.split("/")[1]],
        "security": [{"jeton": []}] if route.qui is not None else [],
        "x-profils": sorted(route.qui) if route.qui is not None else [],
        "parameters": list(_parametres(route)),
        "responses": _reponses(route),
        **_demande(route),
    }


def _parametres(route: Route) -> Iterator[dict[str, Any]]:
    for nom in _PARAMETRE.findall(route.chemin):
        yield {"in": "path", "name": nom, "required": True, "schema": {"type": "string"}}
    if route.filtres:
        sans_pages = _PAGES & instance(route.filtres).fields.keys() if route.export else ()
        yield {"in": "query", "schema": route.filtres(exclude=sans_pages)}
    if route.methode == "DELETE":
        for nom, aide in _SUPPRESSION.items():
            yield {"in": "query", "name": nom, "schema": {"type": "string", "description": aide}}
    for nom, aide, concerne in _ENTETES:
        if concerne(route):
            yield {"in": "header", "name": nom, "description": aide, "schema": {"type": "string"}}
    if route.multipart:
        for nom, schema in _autour_du_fichier(route).items():
            yield {"in": "query", "name": nom, "schema": schema}


def _demande(route: Route) -> dict[str, Any]:
    """Returns what is sent, `{requestBody}`; nothing where there is no body."""
    if route.multipart:
        proprietes = {"fichier": _BINAIRE} | _autour_du_fichier(route)
        forme = {"type": "object", "required": ["fichier"], "properties": proprietes}
        return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": forme}}}}
    if not route.corps:
        return {}
    exige = not route.partiel and any(champ.required for champ in instance(route.corps).fields.values())
    corps = route.corps(partial=route.partiel)
    return {"requestBody": {"required": exige, "content": {"application/json": {"schema": corps}}}}


def _autour_du_fichier(route: Route) -> dict[str, Any]:
    """Returns what a form says beside its file, there or in its address."""
    assert route.corps is not None
    ecrites = {nom: {"type": "string", "description": aide} for nom, aide in _SUPPRESSION.items()}
    propriete = OpenAPIConverter("3.1.0", _nom, APISpec("CERES", "1", "3.1.0")).field2property
    champs = {nom: c for nom, c in instance(route.corps).fields.items() if nom not in ("fichier", "nom")}
    return {nom: ecrites.get(nom) or _defaut_en_mots(propriete(champ)) for nom, champ in champs.items()}


def _defaut_en_mots(propriete: dict[str, Any]) -> dict[str, Any]:
    """Says in words what a body means where it says nothing of this: from a `default`, clients written from the
    document are made to say it, and some say it twice of what surrounds a file, which is refused."""
    defaut = propriete.pop("default", None)
    if defaut not in (None, ""):
        dit = defaut if isinstance(defaut, str) else str(defaut).lower()
        propriete["description"] = f"{propriete.get('description', '')} Par défaut : {dit}.".lstrip()
    return propriete


def _reponses(route: Route) -> dict[str, Any]:
    contenu = _contenu(route)
    succes: dict[str, Any] = {"description": "Fait."} | ({"content": contenu} if contenu else {})
    reponses = {str(route.statut if contenu else 204): succes}
    if route.muette:
        reponses["204"] = {"description": "Fait, sans rien à en dire."}
    for code in map(str, _codes_refuses(route)):
        reponses[code] = {"description": _REFUS[code], "content": {"application/problem+json": {"schema": Probleme}}}
    for statut, reponse in reponses.items():
        propres = _rendus_du_succes(route) if reponse is succes else ["Retry-After"] * (statut in ("429", "503"))
        reponse["headers"] = {nom: {"$ref": f"#/components/headers/{nom}"} for nom in ("X-Request-Id", *propres)}
    return reponses


def _contenu(route: Route) -> dict[str, Any]:
    """Returns what a success holds, by media type; nothing where it says nothing."""
    if route.flux:
        return {"text/event-stream": {"schema": {"type": "string"}}}
    if route.export or route.fichier:
        sortes = TYPES.values() if route.export else [_SORTES[re.split("[/.]", route.chemin)[-1]]]
        # said binary, a text is what a client written from the document gives up on
        return {sorte: {"schema": {"type": "string"} if "text/" in sorte else _BINAIRE} for sorte in sortes}
    donnees = {"application/json": {"schema": route.reponse}} if route.reponse else {}
    page = {"text/html": {"schema": {"type": "string"}}} if route.page else {}
    return donnees | page


def _codes_refuses(route: Route) -> list[int]:
    # a password or a link that opens something may be wrong
    ouvre = route.qui is None and route.methode == "POST" and not route.page
    refuses = [401, 403] if route.qui is not None else [401] * ouvre
    # what lasts, an account has so many of at once
    dure = route.export or route.fichier or route.flux
    propres = [409, 412, 422, 429] if route.methode != "GET" else [422, 429] if dure else [422]
    return [*refuses, 404, *propres, 500, 503]


def _rendus_du_succes(route: Route) -> list[str]:
    versionnee = route.reponse is not None and "version" in instance(route.reponse).fields
    propres = {
        "ETag": versionnee,
        "Location": lecture_de_ce_que_cree(route) is not None,
        "Content-Disposition": route.export or route.fichier,
    }
    return [nom for nom, dit in propres.items() if dit]
