"""Titres professionnels: the list, one of them, its form."""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from gateway.web import catalogue, listes
from gateway.web.appels import demander
from gateway.web.formulaires import Formulaire, repondre
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.rendu import page
from gateway.web.site import site

SITUATIONS = (
    ("en_cours", "En cours de validité"),
    ("en_prolongation", "En prolongation"),
    ("hors_delai", "Hors délai"),
)


@site.get("/titres")
def titres() -> Response:
    """The titres professionnels."""
    return listes.repondre(
        Liste(
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
        )
    )


@site.get("/titres/<code>")
def titre(code: str) -> Response:
    """A titre, its CCPs and CCSs, the earlier titres whose CCPs they stand for, and those that took over its own."""
    lu = demander("GET /titres/<code>", code=code)
    successeurs = [t for t in catalogue.titres().values() if _reprend(t, code)]
    return page("titres/fiche.html", titre=lu, catalogue=catalogue, successeurs=successeurs)


@site.route("/titres/nouveau", methods=["GET", "POST"])
def nouveau_titre() -> Response:
    """Creates a titre."""
    return repondre(
        Formulaire(
            operation="POST /titres",
            gabarit="titres/formulaire.html",
            intitule="Créer un titre",
            retour=_vers_la_fiche,
            dit="Le titre est créé.",
            annuler=url_for("web.titres"),
        )
    )


@site.route("/titres/<code>/modification", methods=["GET", "POST"])
def modifier_titre(code: str) -> Response:
    """Changes a titre; a change of dates reaches habilitations, agréments and sessions."""
    actuel = demander("GET /titres/<code>", code=code)
    return repondre(
        Formulaire(
            operation="PATCH /titres/<code>",
            chemin={"code": code},
            gabarit="titres/formulaire.html",
            intitule="Modifier le titre",
            initial=actuel,
            retour=_vers_la_fiche,
            dit="Le titre est enregistré.",
            contexte={"titre": actuel},
            annuler=url_for("web.titre", code=code),
        )
    )


def _reprend(titre: dict[str, Any], code: str) -> bool:
    return any(c["ancien_titre_code"] == code for c in titre["correspondances"])


def _vers_la_fiche(titre: Any) -> str:
    return url_for("web.titre", code=titre["code"])
