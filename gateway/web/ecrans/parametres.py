"""Dated parameters: what each is worth, what it was, what it will be."""

import json
from datetime import date
from functools import partial
from operator import itemgetter
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable
from gateway.web.appels import tous
from gateway.web.formulaires import Formulaire
from gateway.web.rendu import page
from gateway.web.site import site
from gateway.web.textes import jour
from services.sessions.schemas.entree import CONSERVATION_MAX, JOURS_MAX

_SANS_RETOUR = "Ce qui est gardé depuis plus longtemps est alors anonymisé ou effacé : cela ne se défait pas."
_OUI_NON = (("true", "Oui"), ("false", "Non"))
CHOIX = {
    "prolongation_soumise_avant_fin_de_vie": _OUI_NON,
    "plafond_portee": (("candidat", "Par candidat, tous titres ensemble"), ("titre", "Titre par titre")),
    "plafond_fenetre": (("glissante", "Sur douze mois, quel qu’en soit le début"), ("civile", "Sur l’année civile")),
}
"""The parameters that have a few values, and the words of each."""


@site.get("/parametres")
def parametres() -> Response:
    """Every parameter, its value of the day and its history."""
    return page("parametres/liste.html", parametres=tous("GET /parametres"), en_mots=_en_mots)


@site.route("/parametres/<code>/valeurs", methods=["GET", "POST"])
def valeur_parametre(code: str) -> Response:
    """Gives a parameter a value from a day on."""
    actuel = next((p for p in tous("GET /parametres") if p["code"] == code), None)
    if actuel is None:
        raise Introuvable()
    return Formulaire(
        operation="POST /parametres/<code>/valeurs",
        chemin={"code": code},
        gabarit="parametres/formulaire.html",
        intitule="Changer la valeur",
        initial={"valeur": _en_texte(actuel["valeur"]), "version": actuel["version"]},
        dit="La nouvelle valeur est enregistrée : elle s’appliquera à compter du jour indiqué.",
        contexte={"parametre": actuel, "choix": CHOIX.get(code), "aide": _aide(code), "en_mots": _en_mots},
        annuler=url_for("web.parametres"),
        complement=lambda corps: corps | {"valeur": _lue(corps.get("valeur"))},
        a_relire=partial(_ce_qui_s_efface, actuel),
    ).repondre()


def _ce_qui_s_efface(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what is to be read before people and messages are kept less long: what is erased never comes back."""
    code, avant, apres = actuel["code"], _valeur_le(actuel, voulu["du"]), _lue(voulu.get("valeur"))
    plus_court = isinstance(apres, int) and (avant is None or apres < avant)
    if not code.startswith("conservation_") or not plus_court:
        return []
    change = (
        f"{actuel['libelle']} : {_en_mots(code, avant)} → {_en_mots(code, apres)}, à compter du {jour(voulu['du'])}."
    )
    return [{"code": "conservation", "message": phrase} for phrase in (change, _SANS_RETOUR)]


def _valeur_le(actuel: dict[str, Any], le: date) -> Any:
    """Returns what a parameter is worth on a day, the value set to begin last where several are: one that is to come
    may be longer than today's, and what it keeps be shortened in its turn."""
    dit = le.isoformat()
    siennes = [v for v in actuel["valeurs"] if v["du"] <= dit <= (v["au"] or dit)]
    return max(reversed(siennes), key=itemgetter("du"))["valeur"] if siennes else None


def _aide(code: str) -> str:
    if code.startswith("conservation_"):
        return f"Un nombre de mois, de 1 à {CONSERVATION_MAX}. Laissez vide pour garder sans limite."
    return f"Un nombre de jours, de 0 à {JOURS_MAX}. Laissez vide pour mettre le délai hors service."


def _en_mots(code: str, valeur: Any) -> str:
    """Returns a value as one reads it."""
    if valeur is None:
        return "sans limite" if code.startswith("conservation_") else "hors service"
    return dict(CHOIX.get(code, ())).get(_en_texte(valeur), _en_texte(valeur))


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
