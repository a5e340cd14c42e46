"""Alerts: what is wrong with sessions to come, or was."""

from flask import request
from werkzeug.wrappers import Response

from gateway.queries.taches import ALERTES
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.site import site


@site.get("/alertes")
def alertes() -> Response:
    """The alerts on the sessions of the perimeter."""
    levees = request.args.get("levee") == "true"
    return Liste(
        operation="GET /alertes",
        intitule="Alertes",
        nom=("alerte levée", "alertes levées") if levees else ("alerte en cours", "alertes en cours"),
        recherche="Numéro de session, établissement…",
        colonnes=(
            Colonne("Session"),
            Colonne("Établissement"),
            Colonne("Début", "date_debut"),
            Colonne("Alerte"),
            Colonne("Signalée le" if levees else "Depuis", "depuis"),
        ),
        lignes="sessions/alerte.html",
        filtres=(Filtre("levee", "Situation", (("true", "Levées"),), tous="En cours"),),
        vide=ALERTES.finie,
    ).repondre()
