"""Custom resources against the fields that we use of them (`ressources.yaml`), and no other."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

_CHAMPS = Path(__file__).with_name("ressources.yaml")
_SIMPLES = {
    "texte": {"type": "string", "minLength": 1},
    "nombre": {"type": "integer"},
    "oui-non": {"type": "boolean"},
    "libre": {},
}


@cache
def schemas() -> dict[str, Draft202012Validator]:
    """Returns the validator of each kind: « rabbitmq.com/v1beta1 Vhost »."""
    champs = yaml.safe_load(_CHAMPS.read_text())
    return {genre: Draft202012Validator(_schema(spec)) for genre, spec in champs.items()}


def ecarts(objet: dict[str, Any]) -> list[str]:
    """Returns what is wrong with a custom resource; a kind that nobody described is wrong in itself."""
    genre = f"{objet['apiVersion']} {objet['kind']}"
    if genre not in schemas():
        return [f"{genre} : genre non décrit dans {_CHAMPS.name}"]
    nom = objet["metadata"]["name"]
    return [
        f"{objet['kind']}/{nom} : {'.'.join(map(str, e.absolute_path))} {e.message}"
        for e in schemas()[genre].iter_errors(objet.get("spec", {}))
    ]


def _schema(forme: Any) -> dict[str, Any]:
    if isinstance(forme, list):
        return {"type": "array", "items": _schema(forme[0])}
    if isinstance(forme, dict):
        noms = {nom.removesuffix("!"): valeur for nom, valeur in forme.items()}
        return {
            "type": "object",
            "properties": {nom: _schema(valeur) for nom, valeur in noms.items()},
            "required": [nom.removesuffix("!") for nom in forme if nom.endswith("!")],
            "additionalProperties": False,
        }
    return _SIMPLES[forme] if forme in _SIMPLES else {"enum": forme.split("|")}
