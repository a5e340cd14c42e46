"""Alerts: what is wrong with sessions to come, or was."""

from flask import g, request
from werkzeug.wrappers import Response

from commun.domain.referentiel import TypeProfil
from gateway.queries.taches import ALERTES
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.site import site


@site.get("/alertes")
def alertes() -> Response:
    """The alerts on the sessions of the perimeter."""
    ou = "Site" if g.acteur.type is TypeProfil.CENTRE else "Établissement"
    levees = request.args.get("levee") == "true"
    return Liste(
        operation="GET /alertes",
        intitule="Alertes",
        nom=("alerte levée", "alertes levées") if levees else ("alerte en cours", "alertes en cours"),
        recherche=f"Numéro de session, {ou.lower()}…",
        colonnes=(
            Colonne("Session"),
            Colonne(ou),
            Colonne("Début", "date_debut"),
            Colonne("Alerte"),
            Colonne("Signalée le" if levees else "Depuis", "depuis"),
        ),
        lignes="sessions/alerte.html",
        filtres=(Filtre("levee", "Situation", (("true", "Levées"),), tous="En cours"),),
        vide=ALERTES.finie,
    ).repondre()
