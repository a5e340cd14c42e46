"""The whole history of any file, as a timeline."""

from functools import partial

from flask import request
from werkzeug.wrappers import Response

from gateway.api.table import ROUTES
from gateway.web import listes
from gateway.web.listes import Liste
from gateway.web.site import site

_OBJETS = {
    "candidats": "du candidat",
    "jures": "du juré",
    "habilitations": "de l’habilitation",
    "agrements": "de l’agrément",
    "controles": "du contrôle",
    "sessions": "de la session",
    "etablissements": "de l’établissement",
    "comptes": "du compte",
    "titres": "du titre",
}


def _montrer(chemin: str, **identifiant: str) -> Response:
    objet = chemin.split("/")[1]
    return listes.repondre(
        Liste(
            operation=f"GET {chemin}",
            chemin=identifiant,
            adresse=request.path,
            intitule=f"Historique {_OBJETS.get(objet, '')}",
            nom=("événement", "événements"),
            colonnes=(),
            lignes="",
            filtres_enregistres=False,
        ),
        gabarit="traces.html",
        fiche=request.path.removesuffix("/traces"),
    )


for _chemin in (r.chemin for r in ROUTES if r.methode == "GET" and r.chemin.endswith("/traces")):
    site.add_url_rule(_chemin, f"traces {_chemin}", partial(_montrer, _chemin))
