"""Whether an answer is what the OpenAPI document says of it: its status, its type, its body."""

import re
from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema_rs

from gateway.openapi import document

_BASE = "/api/v1"
_DOCUMENT = "urn:ceres:document"


def exiger_conforme(reponse: httpx.Response) -> None:
    """Fails where the document says something else of this call. It says nothing of what is not there."""
    methode, chemin = reponse.request.method, reponse.request.url.path.removeprefix(_BASE)
    gabarit = next((g for g in _gabarits() if _motif(g).fullmatch(chemin)), None)
    operation = document()["paths"].get(gabarit, {}).get(methode.lower())
    if gabarit is None or operation is None:
        return
    qui, statut = f"{methode} {gabarit}", str(reponse.status_code)
    assert statut in operation["responses"], f"{qui} répond {statut}, que le document ne dit pas : {reponse.text}"
    if reponse.status_code == 204:
        assert not reponse.content, f"{qui} répond 204, et quelque chose."
        return
    genre, _, _ = reponse.headers["content-type"].partition(";")
    dits = {dit.partition(";")[0] for dit in operation["responses"][statut]["content"]}
    assert {genre, "*/*"} & dits, f"{qui} répond {statut} en {genre}, et non en {sorted(dits)}"
    if genre.endswith("json"):
        trouvees = _validateur(gabarit, methode, statut, genre).iter_errors(reponse.json())
        fautes = [f"{faute.instance_path} : {faute.message}" for faute in trouvees]
        assert not fautes, f"{qui} répond {statut}, hors du document : {fautes}"


def fautes_du_corps(schema: str, corps: Any) -> list[str]:
    """Returns what a body has that this schema of the document does not say."""
    valideur = jsonschema_rs.Draft202012Validator(
        {"$ref": f"{_DOCUMENT}#/components/schemas/{schema}"}, registry=_registre()
    )
    return [f"{faute.instance_path} : {faute.message}" for faute in valideur.iter_errors(corps)]


@cache
def _gabarits() -> tuple[str, ...]:
    """Returns the document's paths; the literal ones first, which others would match too (« /jures/export »)."""
    return tuple(sorted(document()["paths"], key=lambda gabarit: gabarit.count("{")))


@cache
def _motif(gabarit: str) -> re.Pattern[str]:
    litteraux = re.split(r"{\w+}", gabarit)
    return re.compile("[^/]+".join(map(re.escape, litteraux)))


@cache
def _validateur(gabarit: str, methode: str, statut: str, genre: str) -> jsonschema_rs.Draft202012Validator:
    lieu = ("paths", gabarit, methode.lower(), "responses", statut, "content", genre, "schema")
    schema = {"$ref": f"{_DOCUMENT}#/{'/'.join(quote(nom.replace('/', '~1'), safe='~') for nom in lieu)}"}
    return jsonschema_rs.Draft202012Validator(schema, registry=_registre())


@cache
def ferme() -> dict[str, Any]:
    """Returns the document as this version's answers are held to it: with nothing that it does not name, where who
    reads it is left to expect more of a later one."""
    dit = deepcopy(document())
    for schema in dit["components"]["schemas"].values():
        schema.setdefault("additionalProperties", False)
    return dit


@cache
def _registre() -> jsonschema_rs.Registry:
    """Returns the document, read once for every answer: each would else have all that it holds read anew, 4 ms."""
    return jsonschema_rs.Registry([(_DOCUMENT, ferme())])
