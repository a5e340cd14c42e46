"""The jobs of a juré."""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable
from gateway.web import catalogue
from gateway.web.actes import Acte, agir
from gateway.web.appels import demander
from gateway.web.ecrans.jures import place
from gateway.web.formulaires import Formulaire
from gateway.web.site import site

_EMPLOI = "/jures/<jure_id>/emplois/<emploi_id>"
_SUPPRIMER = Acte(f"DELETE {_EMPLOI}", "Supprimer l’emploi", "L’emploi est supprimé.", motif=False)


@site.route("/jures/<jure_id>/emplois/nouveau", methods=["GET", "POST"])
def nouvel_emploi(jure_id: str) -> Response:
    """Adds a job to a juré."""
    return _formulaire(jure_id, "POST /jures/<jure_id>/emplois", "Ajouter un emploi", {})


@site.route(f"{_EMPLOI}/modification", methods=["GET", "POST"])
def modifier_emploi(jure_id: str, emploi_id: str) -> Response:
    """Changes a job."""
    return _formulaire(jure_id, f"PATCH {_EMPLOI}", "Modifier l’emploi", {"emploi_id": emploi_id})


@site.route(f"{_EMPLOI}/suppression", methods=["GET", "POST"])
def supprimer_emploi(jure_id: str, emploi_id: str) -> Response:
    """Removes a job."""
    jure, fiche = demander("GET /jures/<jure_id>", jure_id=jure_id), url_for("web.jure", jure_id=jure_id)
    lui: dict[str, Any] = next((e for e in jure["emplois"] if e["id"] == emploi_id), {})  # gone at a second click
    lieu = place(jure, f", {lui['intitule']}" if lui else "")
    return agir(_SUPPRIMER, lieu, fiche, version=lui.get("version"), jure_id=jure_id, emploi_id=emploi_id)


def _formulaire(jure_id: str, operation: str, intitule: str, emploi: dict[str, str]) -> Response:
    jure = demander("GET /jures/<jure_id>", jure_id=jure_id)
    fiche = url_for("web.jure", jure_id=jure_id)
    actuel = next((e for e in jure["emplois"] if e["id"] == emploi.get("emploi_id")), None)
    if emploi and actuel is None:
        raise Introuvable()
    deja = actuel["titres_lies"] if actuel else ()
    return Formulaire(
        operation=operation,
        chemin={"jure_id": jure_id, **emploi},
        gabarit="jures/emploi.html",
        intitule=intitule,
        initial=actuel or {},
        dit="L’emploi est enregistré.",
        contexte={"jure": jure, "titres": catalogue.choix_titres(vivants=True, deja=deja)},
        annuler=fiche,
    ).repondre()
