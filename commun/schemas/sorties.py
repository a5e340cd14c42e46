"""What several services answer alike, as the documentation shows it: pages, buttons, traces."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from marshmallow import fields

from commun.schemas.forms import Remarque, Sortie


class Bouton(Sortie):
    """What may be done now, and what it will ask first."""

    action = fields.String(required=True)
    avertissement = fields.String(required=True, allow_none=True)


class RefusBouton(Remarque):
    """What may not be done now, and why: the rule as it is written, and the facts that it read."""

    action = fields.String(required=True)
    enonce = fields.String()
    contexte = fields.Dict()


class Trace(Sortie):
    """What was done: by whom, when, what before and after, and why."""

    instant = fields.DateTime(required=True)
    acteur = fields.Dict(required=True)
    action = fields.String(required=True)
    phrase = fields.String(required=True)
    avant = fields.Dict(required=True, allow_none=True)
    apres = fields.Dict(required=True, allow_none=True)
    motif = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    requete = fields.String(required=True)


CHAMP_COURRIEL = {
    "nom": "courriel",
    "libelle": "Votre adresse électronique",
    "exemple": "nom@exemple.fr",
    "type": "email",
    "saisie": "email",
}
"""The field of a `page_publique` in which somebody who is not signed in writes his address."""


def page_publique(
    titre: str,
    *phrases: str,
    bouton: str = "",
    champs: Iterable[dict[str, str]] = (),
    lien: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Returns what a person reads who opens a link: `message` for a program, `page` for the gateway to draw.

    Args:
        bouton: of a form sent to the same address; none, no form.
        champs: its fields, `{nom, libelle, type, saisie, exemple?}`; `saisie`: what browsers may fill it with;
            `exemple`: one of what is awaited.
        lien: another way, `{adresse, libelle}`.
    """
    page = {"titre": titre, "phrases": list(phrases), "bouton": bouton, "champs": list(champs), "lien": lien}
    return {"message": " ".join(phrases) or titre, "page": page}


@cache
def page_de(element: type[Sortie], **autres: fields.Field[Any]) -> type[Sortie]:
    """Returns the schema of a page of these elements; `autres`: what it says besides, and is named after too."""
    champs: dict[str, Any] = {nom: fields.Integer(required=True) for nom in ("total", "page", "par_page")}
    champs["elements"] = fields.List(fields.Nested(element), required=True)
    propres = {"__doc__": f"A page of a list: {element.__doc__}", "__module__": element.__module__}
    nom = "".join((f"Page{element.__name__}", *(autre.title().replace("_", "") for autre in autres)))
    return type(nom, (Sortie,), champs | autres | propres)
