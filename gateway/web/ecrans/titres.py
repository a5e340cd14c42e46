"""Titres professionnels: the list, one of them, its form."""

from functools import partial
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from gateway.web import catalogue
from gateway.web.appels import demander
from gateway.web.formulaires import Formulaire, Place
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.rendu import page
from gateway.web.site import site
from gateway.web.textes import jour

_ECHEANCES = {"date_fin_de_vie": "Fin de vie", "date_fin_prolongation": "Fin de la prolongation"}
_SUITE = "Les habilitations, les agréments et les sessions de ce titre se jugent aussitôt par ces dates."
SITUATIONS = (
    ("en_cours", "En cours de validité"),
    ("en_prolongation", "En prolongation"),
    ("hors_delai", "Hors délai"),
)


@site.get("/titres")
def titres() -> Response:
    """The titres professionnels."""
    return Liste(
        operation="GET /titres",
        adresse="/titres",
        intitule="Titres professionnels",
        nom=("titre", "titres"),
        recherche="Intitulé ou code",
        lignes="titres/ligne.html",
        colonnes=(
            Colonne("Intitulé", "intitule"),
            Colonne("Code", "code"),
            Colonne("Niveau", "niveau"),
            Colonne("CCP"),
            Colonne("Situation"),
        ),
        filtres=(Filtre("situation", "Situation", SITUATIONS),),
        actions=(("Créer un titre", "/titres/nouveau", "POST /titres"),),
    ).repondre()


@site.get("/titres/<code>")
def titre(code: str) -> Response:
    """A titre, its CCPs and CCSs, the earlier titres whose CCPs they stand for, and those that took over its own."""
    lu = demander("GET /titres/<code>", code=code)
    successeurs = [t for t in catalogue.titres().values() if _reprend(t, code)]
    return page("titres/fiche.html", titre=lu, catalogue=catalogue, successeurs=successeurs)


@site.route("/titres/nouveau", methods=["GET", "POST"])
def nouveau_titre() -> Response:
    """Creates a titre."""
    return Formulaire(
        operation="POST /titres",
        gabarit="titres/formulaire.html",
        intitule="Créer un titre",
        retour=_vers_la_fiche,
        dit="Le titre est créé.",
        annuler=url_for("web.titres"),
    ).repondre()


@site.route("/titres/<code>/modification", methods=["GET", "POST"])
def modifier_titre(code: str) -> Response:
    """Changes a titre; dates that change are shown before: all that rests on it follows them at once."""
    actuel = demander("GET /titres/<code>", code=code)
    return Formulaire(
        operation="PATCH /titres/<code>",
        chemin={"code": code},
        gabarit="titres/formulaire.html",
        intitule="Modifier le titre",
        initial=actuel,
        retour=_vers_la_fiche,
        dit="Le titre est enregistré.",
        contexte={"titre": actuel},
        annuler=url_for("web.titre", code=code),
        place=Place("/titres", "Titres", actuel["intitule"]),
        a_relire=partial(_echeances_changees, actuel),
    ).repondre()


def _echeances_changees(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns which dates a form changes, each with what there was: a year mistyped ends rights in all the country."""
    lues = ((mot, jour(actuel[nom]), jour(voulu.get(nom, actuel[nom]))) for nom, mot in _ECHEANCES.items())
    changees = [f"{mot} : {avant or 'aucune'} → {apres or 'aucune'}." for mot, avant, apres in lues if avant != apres]
    return [{"code": "echeances", "message": phrase} for phrase in (*changees, _SUITE)] if changees else []


def _reprend(titre: dict[str, Any], code: str) -> bool:
    return any(c["ancien_titre_code"] == code for c in titre["correspondances"])


def _vers_la_fiche(titre: Any) -> str:
    return url_for("web.titre", code=titre["code"])
