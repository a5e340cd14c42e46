"""Events made from the examples that each service gives: many objects, many versions, every field at work."""

import copy
import importlib
import random
import uuid
from datetime import date, timedelta
from typing import Any

from marshmallow import validate

from commun.schemas.events import Evenement
from commun.storage.migrations import paquet_de

Corps = dict[str, Any]


def classes() -> dict[str, type[Evenement]]:
    """Returns every event of CERES, by its name; its services' `events` must have been imported."""
    trouvees: dict[str, type[Evenement]] = {}
    reste = list(Evenement.__subclasses__())
    while reste:
        classe = reste.pop()
        reste += classe.__subclasses__()
        if hasattr(classe, "nom"):
            trouvees[classe.nom] = classe
    return trouvees


def classe_de(evenement: str) -> type[Evenement]:
    """Returns an event's class."""
    service = evenement.split(".")[0]
    importlib.import_module(f"{paquet_de(service)}.events")
    return classes()[evenement]


def versions(classe: type[Evenement], objets: int, combien: int) -> list[list[Corps]]:
    """Returns, for each of so many objects, its successive versions; each object has what it names to itself.

    What is said once of an object bears no rank: it is then the same each time.
    """
    cle, *_ = classe.exemple
    rang = next(({nom} for nom in ("version", "envoi") if nom in classe.exemple), set())
    return [
        [
            _varier(classe, _a_soi(classe.exemple, objet) | dict.fromkeys(rang, v + 1), {cle, *rang, "canonique_id"})
            for v in range(combien)
        ]
        for objet in range(objets)
    ]


def _a_soi(modele: Any, objet: int) -> Any:
    """Returns an example whose ids are another object's."""
    match modele:
        case dict():
            return {cle: _a_soi(v, objet) for cle, v in modele.items()}
        case list():
            return [_a_soi(v, objet) for v in modele]
        case str() if modele.startswith("TP-"):
            return f"TP-{objet:05}"
        case str() if len(modele) == 36:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{modele}-{objet}"))
        case _:
            return modele


def _varier(classe: type[Evenement], corps: Corps, fixes: set[str]) -> Corps:
    """Returns a body of which as many fields are changed as the schema takes, these apart."""
    corps, schema = copy.deepcopy(corps), classe()
    assert schema.validate(corps) == {}, corps
    for nom, champ in schema.fields.items():
        if nom not in fixes:
            garde = corps.get(nom)
            choix = [v for r in champ.validators if isinstance(r, validate.OneOf) for v in r.choices]
            corps[nom] = random.choice(choix) if choix else _change(garde)
            if schema.validate(corps):
                corps[nom] = garde
    return {nom: valeur for nom, valeur in corps.items() if nom in classe.exemple}


def _change(valeur: Any) -> Any:
    match valeur:
        case bool():
            return random.random() < 0.5
        case int():
            return valeur + random.randrange(100)
        case list():
            return random.sample(valeur, random.randint(0, len(valeur)))
        case str():
            try:
                return (date.fromisoformat(valeur) + timedelta(days=random.randrange(-400, 400))).isoformat()
            except ValueError:
                return f"{valeur} {random.randrange(1000)}" if " " in valeur else valeur
        case _:
            return valeur
