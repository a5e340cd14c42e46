"""Alerts: what is wrong with sessions to come, or was."""

from flask import request
from werkzeug.wrappers import Response

from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.site import site

_EN_ORDRE = "Aucune alerte : les sessions à venir de votre périmètre sont en ordre."


@site.get("/alertes")
def alertes() -> Response:
    """The alerts on the sessions of the perimeter."""
    levees = request.args.get("levee") == "true"
    return Liste(
        operation="GET /alertes",
        adresse="/alertes",
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
        vide=_EN_ORDRE,
        sans_resultat=Liste.sans_resultat if levees or request.args.get("q") else _EN_ORDRE,
    ).repondre()
