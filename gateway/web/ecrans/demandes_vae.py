"""Demandes VAE: the list to decide, one of them, its deposit and its decision."""

from flask import url_for
from werkzeug.wrappers import Response

from gateway.web import catalogue
from gateway.web.actes import Acte, agir
from gateway.web.appels import demander
from gateway.web.formulaires import Formulaire, Place
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.retours import vers
from gateway.web.site import site
from gateway.web.textes import nom_de_la_demande

_DEMANDE = "/demandes-vae/<demande_id>"
ETATS = choix_parmi("deposee", "recevable", "non_recevable", "retiree", "caduque")
_RETIRER = Acte(f"POST {_DEMANDE}/retrait", "Retirer la demande", "La demande VAE est retirée.")
_vers_la_fiche = vers("web.demande_vae", "demande_id")


@site.get("/demandes-vae")
def demandes_vae() -> Response:
    """The demandes VAE of the perimeter."""
    return Liste(
        operation="GET /demandes-vae",
        intitule="Demandes VAE",
        nom=("demande VAE", "demandes VAE"),
        recherche="Nom ou numéro du candidat",
        lignes="demandes_vae/ligne.html",
        colonnes=(
            Colonne("Candidat", "nom_naissance"),
            Colonne("Titre", "titre_code"),
            Colonne("Dépôt", "date_depot"),
            Colonne("Notification", "date_notification"),
            Colonne("État"),
        ),
        filtres=(
            Filtre("etat", "État", ETATS),
            Filtre("departement", "Département du candidat", catalogue.choix_departements()),
            Filtre("region", "Région du candidat", catalogue.choix_regions(), tous="Toutes"),
        ),
    ).repondre("demandes_vae/liste.html")


@site.get(_DEMANDE)
def demande_vae(demande_id: str) -> Response:
    """A demande VAE and what can be done with it."""
    demande = demander(f"GET {_DEMANDE}", demande_id=demande_id)
    return page("demandes_vae/fiche.html", demande=demande, catalogue=catalogue)


@site.route("/candidats/<candidat_id>/demandes-vae/nouvelle", methods=["GET", "POST"])
def nouvelle_demande_vae(candidat_id: str) -> Response:
    """Deposits a demande VAE: for a whole titre, or for some of its CCPs."""
    candidat = demander("GET /candidats/<candidat_id>", candidat_id=candidat_id)
    return Formulaire(
        operation="POST /candidats/<candidat_id>/demandes-vae",
        chemin={"candidat_id": candidat_id},
        gabarit="demandes_vae/formulaire.html",
        intitule="Déposer une demande VAE",
        retour=_vers_la_fiche,
        dit="La demande VAE est déposée.",
        contexte={
            "candidat": candidat,
            "titres": catalogue.titres(),
            "choix_titres": catalogue.choix_titres(vivants=True),
        },
        annuler=url_for("web.candidat", candidat_id=candidat_id),
        complement=lambda corps: {nom: v for nom, v in corps.items() if (nom, v) != ("ccp_codes", [])},
        manque=catalogue.sans_titre(),
    ).repondre()


@site.route(f"{_DEMANDE}/decision", methods=["GET", "POST"])
def decider_demande_vae(demande_id: str) -> Response:
    """Decides on a demande VAE."""
    demande = demander(f"GET {_DEMANDE}", demande_id=demande_id)
    return Formulaire(
        operation=f"POST {_DEMANDE}/decision",
        chemin={"demande_id": demande_id},
        gabarit="demandes_vae/decision.html",
        intitule="Décider de la recevabilité",
        initial={"version": demande["version"]},
        retour=_vers_la_fiche,
        dit="La décision est enregistrée.",
        contexte={"demande": demande, "catalogue": catalogue},
        annuler=url_for("web.demande_vae", demande_id=demande_id),
        lu_ailleurs=True,
    ).repondre()


@site.route(f"{_DEMANDE}/retrait", methods=["GET", "POST"])
def retirer_demande_vae(demande_id: str) -> Response:
    """Withdraws a demande VAE."""
    d = demander(f"GET {_DEMANDE}", demande_id=demande_id)
    fiche = url_for("web.demande_vae", demande_id=demande_id)
    lieu = Place("/demandes-vae", "Demandes VAE", nom_de_la_demande(d))
    return agir(_RETIRER, lieu, fiche, version=d["version"], demande_id=demande_id)
