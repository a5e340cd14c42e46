"""What a client sends back because it has read it: GET, change a field, PATCH the whole object.

A resource shows more than is written of it. What it shows, and is sent back as it is, asks for nothing: it is left out,
and so is what an act said besides (`avertissements`), for its answer may be sent back too. What is not as it is now
would be a change that cannot be made so, and what it never shows is a slip of the pen: the service refuses both (422).
"""

from collections.abc import Iterator
from typing import Any

import orjson
from marshmallow import Schema, fields

from commun.bus.acteur import Acteur
from commun.domain.errors import Refus
from commun.domain.json import Json
from commun.schemas.forms import instance, trop_pleins
from gateway.api.routes import Route
from gateway.api.table import lecture_de, lecture_de_son_tout
from gateway.appel import appel_pour, appeler
from gateway.problems import json

_DITS = "avertissements"
_NOMS = ("id", "code")
"""What tells an object of a list from the others."""


def version_rendue(route: Route, corps: Any) -> int | None:
    """Returns the version that an object sent back bears, which says what was read as `If-Match` does; `None` where it
    bears none, or its form has one of its own.
    """
    forme = _forme(route, corps)
    if forme is None or "version" in forme.fields:
        return None
    version = corps.get("version")
    return version if type(version) is int else None


def sans_ce_qui_fut_lu(route: Route, acteur: Acteur | None, chemin: dict[str, str], corps: Any) -> Any:
    """Returns the body of a change without what the same resource shows, as it shows it, and nobody writes."""
    forme = _forme(route, corps)
    if forme is None:
        return corps
    corps = {nom: valeur for nom, valeur in corps.items() if nom != _DITS or nom in forme.fields}
    if trop_pleins(forme, corps) or not _deborde(forme, corps):
        return corps
    try:
        lu = _lu(route, acteur, chemin)
    except Refus:
        return corps  # the service says why
    return corps if lu is None else _sans(forme, corps, lu)


def _forme(route: Route, corps: Any) -> Schema | None:
    """Returns the schema of a change that is sent as an object; nothing of what is not one."""
    if route.methode not in ("PATCH", "PUT") or route.corps is None or not isinstance(corps, dict):
        return None
    return instance(route.corps)


def _lu(route: Route, acteur: Acteur | None, chemin: dict[str, str]) -> Any:
    """Returns what a change is about as the same caller reads it, at its address or with what it is a part of; nothing
    where it is read nowhere."""
    entier = lecture_de(route)
    sienne, champ, nom = (entier, "", "") if entier else lecture_de_son_tout(route) or (None, "", "")
    if sienne is None or not sienne.reponse:
        return None
    filtres: Json = {"filtres": {}} if sienne.filtres else {}
    adresse = {parametre: dit for parametre, dit in chemin.items() if f"<{parametre}>" in sienne.chemin}
    lu = orjson.loads(json(appeler(sienne, appel_pour(sienne, acteur), adresse | filtres)).get_data())
    return next((o for o in lu[champ] if chemin[nom] in (o.get("id"), o.get(nom))), None) if champ else lu


def _dedans(champ: Any, valeur: Any) -> Iterator[tuple[Schema, Json]]:
    """Yields the objects that a field holds, with the schema of each."""
    match champ, valeur:
        case fields.Nested(), dict():
            yield champ.schema, valeur
        case fields.List(inner=fields.Nested() as element), list():
            yield from ((element.schema, objet) for objet in valeur if isinstance(objet, dict))


def _deborde(forme: Schema, corps: Json) -> bool:
    """Returns whether a body holds, however deep, a field that its schema does not."""
    connus = forme.fields
    return any(
        nom not in connus or any(_deborde(sienne, objet) for sienne, objet in _dedans(connus[nom], valeur))
        for nom, valeur in corps.items()
    )


def _sans(forme: Schema, corps: Json, lu: Any) -> Json:
    vus: Json = lu if isinstance(lu, dict) else {}
    rendus = {nom for nom in corps.keys() - forme.fields.keys() if nom in vus and corps[nom] == vus[nom]}
    gardes = {nom: valeur for nom, valeur in corps.items() if nom not in rendus}
    for nom, valeur in gardes.items():
        pareils = {
            id(objet): _sans(sienne, objet, jumeau)
            for sienne, objet, jumeau in _avec_son_jumeau(forme.fields.get(nom), valeur, vus.get(nom))
        }
        gardes[nom] = (
            [pareils.get(id(o), o) for o in valeur] if isinstance(valeur, list) else pareils.get(id(valeur), valeur)
        )
    return gardes


def _avec_son_jumeau(champ: Any, valeur: Any, lus: Any) -> Iterator[tuple[Schema, Json, Any]]:
    """Yields the objects that a field holds, each with its schema and with what was read of it: in a list, the one that
    bears its id, or its code.
    """
    en_liste: list[Any] = lus if isinstance(lus, list) else []
    par_nom = {
        (cle, lu[cle]): lu
        for lu in reversed(en_liste)
        if isinstance(lu, dict)
        for cle in _NOMS
        if isinstance(lu.get(cle), str)
    }
    for sienne, objet in _dedans(champ, valeur):
        siens = ((cle, objet[cle]) for cle in _NOMS if isinstance(objet.get(cle), str))
        jumeau = next((par_nom[nom] for nom in siens if nom in par_nom), None)
        yield sienne, objet, jumeau if isinstance(lus, list) else lus
