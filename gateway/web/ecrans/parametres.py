"""Dated parameters: what each is worth, what it was, what it will be."""

import json
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from commun.errors import Introuvable
from gateway.web.appels import demander
from gateway.web.formulaires import Formulaire, repondre
from gateway.web.rendu import page
from gateway.web.site import site


@site.get("/parametres")
def parametres() -> Response:
    """Every parameter, its value of the day and its history."""
    return page("parametres/liste.html", parametres=_tous())


@site.route("/parametres/<code>/valeurs", methods=["GET", "POST"])
def valeur_parametre(code: str) -> Response:
    """Gives a parameter a value from a day on."""
    actuel = next((p for p in _tous() if p["code"] == code), None)
    if actuel is None:
        raise Introuvable()
    return repondre(
        Formulaire(
            operation="POST /parametres/<code>/valeurs",
            chemin={"code": code},
            gabarit="parametres/formulaire.html",
            intitule="Changer la valeur",
            initial={"valeur": _en_texte(actuel["valeur"])},
            retour=lambda _: url_for("web.parametres"),
            dit="La nouvelle valeur est enregistrée : elle s’appliquera à compter du jour indiqué.",
            contexte={"parametre": actuel},
            annuler=url_for("web.parametres"),
            complement=lambda corps: corps | {"valeur": _lue(corps.get("valeur"))},
        )
    )


def _tous() -> list[dict[str, Any]]:
    return list(demander("GET /parametres", filtres={"par_page": 200})["elements"])


def _lue(saisie: Any) -> Any:
    """Returns a value as it was typed: a number, a list, a text; an empty one puts a délai out of use."""
    if saisie in (None, ""):
        return None
    try:
        return json.loads(saisie)
    except (TypeError, ValueError):
        return saisie


def _en_texte(valeur: Any) -> str:
    return "" if valeur is None else valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False)
