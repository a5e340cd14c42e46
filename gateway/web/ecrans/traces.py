"""The whole history of any file, as a timeline."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from flask import request, url_for
from werkzeug.wrappers import Response

from gateway.api.table import PAR_OPERATION, ROUTES
from gateway.web import catalogue
from gateway.web.appels import Demande, tous, trouver
from gateway.web.listes import Liste
from gateway.web.mots import libelle
from gateway.web.site import site
from gateway.web.textes import jour, nom_de_l_agrement, nom_de_la_demande, nom_du_candidat, nom_du_jure


class _Objet(NamedTuple):
    """What a history is of: « du juré », how its file is named, and the list where it is found."""

    de: str
    nom: Callable[[dict[str, Any]], str]
    liste: tuple[str, str]


_OBJETS = {
    "candidats": _Objet("du candidat", nom_du_candidat, ("/candidats", "Candidats")),
    "jures": _Objet("du juré", nom_du_jure, ("/jures", "Jurés")),
    "habilitations": _Objet(
        "de l’habilitation",
        lambda h: f"Habilitation : {catalogue.intitule(h['titre_code'] or h['ccs_code'])}",
        ("/habilitations", "Habilitations"),
    ),
    "titres": _Objet("du titre", lambda t: str(t["intitule"]), ("/titres", "Titres")),
    "etablissements": _Objet(
        "de l’établissement", lambda e: str(e["denomination"]), ("/etablissements", "Établissements")
    ),
    "demandes-vae": _Objet("de la demande VAE", nom_de_la_demande, ("/demandes-vae", "Demandes VAE")),
    "agrements": _Objet("de l’agrément", nom_de_l_agrement, ("/agrements", "Agréments")),
    "controles": _Objet(
        "du contrôle",
        lambda c: f"{c['etablissement']}, contrôle {libelle(c['type']).lower()} du {jour(c['date'])}",
        ("/etablissements", "Établissements"),
    ),
    "sessions": _Objet("de la session", lambda s: str(s["numero"]), ("/sessions", "Sessions")),
    "versions": _Objet("de la version", lambda v: f"Version {v['numero']}", ("/versions", "Versions")),
    "parametres": _Objet("du paramètre", lambda p: str(p["libelle"]), ("/parametres", "Paramètres")),
    "comptes": _Objet("du compte", lambda c: str(c["identifiant"]), ("/comptes", "Comptes")),
}


def _montrer(chemin: str, **identifiant: str) -> Response:
    objet = _OBJETS[chemin.split("/")[1]]
    fil = (objet.liste, *_vers_la_fiche(objet, chemin.removesuffix("/traces"), identifiant))
    return Liste(
        operation=f"GET {chemin}",
        chemin=identifiant,
        intitule=f"Historique {objet.de}",
        nom=("événement", "événements"),
        colonnes=(),
        lignes="",
        filtres_enregistres=False,
    ).repondre(gabarit="traces.html", fil=fil)


def _vers_la_fiche(objet: _Objet, chemin: str, identifiant: dict[str, str]) -> list[tuple[str, str]]:
    """Returns where the file is and its name; nothing for what was deleted or merged: only its history is read. Of a
    parameter, which has no file, where it is changed."""
    if f"GET {chemin}" not in PAR_OPERATION:
        celui_ci = [objet.nom(p) for p in tous("GET /parametres") if p["code"] == identifiant["code"]]
        return [(url_for("web.valeur_parametre", code=identifiant["code"]), nom) for nom in celui_ci]
    fiche = trouver(Demande(f"GET {chemin}", identifiant))
    return [] if fiche is None else [(request.path.removesuffix("/traces"), objet.nom(fiche))]


for _chemin in (r.chemin for r in ROUTES if r.methode == "GET" and r.chemin.endswith("/traces")):
    site.add_url_rule(_chemin, f"traces {_chemin}", partial(_montrer, _chemin))
