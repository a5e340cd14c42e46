"""Subscribers of the release mail: their list, a file of them."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide, Refus
from gateway.web import lecture
from gateway.web.actes import Acte, agir
from gateway.web.appels import demander, exiger
from gateway.web.etat import Etat, a_l_essai, fichier_essaye, recu
from gateway.web.formulaires import Place
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.rendu import page
from gateway.web.site import site

_IMPORTER = "POST /abonnes/import"
_ABONNE = "/abonnes/<abonne_id>"
_DESABONNER = Acte(
    f"POST {_ABONNE}/desabonnement",
    "Désabonner cette adresse",
    "L’adresse est désabonnée.",
    explication="Elle ne recevra plus aucune annonce, et un import ne la réinscrit pas : seul son titulaire le peut, "
    "par « S’abonner au mail CERES ».",
)
ETATS = (("en_attente", "À confirmer"), ("actif", "Abonné"), ("desabonne", "Désabonné"))


@site.get("/abonnes")
def abonnes() -> Response:
    """The subscribers."""
    return Liste(
        operation="GET /abonnes",
        intitule="Abonnés au mail CERES",
        nom=("adresse", "adresses"),  # those that left, or have not confirmed, are no subscribers
        recherche="Adresse électronique",
        lignes="versions/ligne_abonne.html",
        colonnes=(
            Colonne("Adresse", "courriel"),
            Colonne("État", "etat"),
            Colonne("Origine", "origine"),
            Colonne("Demande", "demande_le"),
            Colonne("Désabonnement", "desabonne_le"),
            Colonne("Action"),
        ),
        filtres=(Filtre("etat", "État", ETATS),),
        actions=(
            ("Importer des adresses", "/abonnes/import", _IMPORTER),
            ("Exporter les abonnés (csv)", "/abonnes/export", "GET /abonnes/export"),
        ),
    ).repondre(etats=dict(ETATS))


@site.route("/abonnes/import", methods=["GET", "POST"])
def import_abonnes() -> Response:
    """Imports a file of addresses; the first sending only tries it. Who had left stays out."""
    exiger(_IMPORTER)
    if request.method != "POST":
        return page("versions/import.html", f=Etat(lecture.Saisie()))
    etat = recu()
    essai = a_l_essai(etat)
    try:
        corps = fichier_essaye(_IMPORTER, etat) | {"essai": essai}
        bilan = demander(_IMPORTER, corps=corps, cle=None if essai else etat.cle)
    except Refus as refus:
        clair = refus.en_clair()
        if clair["statut"] != Invalide.statut:
            raise
        erreurs = lecture.aplatir(clair.get("erreurs") or {}, etat.valeurs)
        etat.erreurs = {nom: erreurs.pop(nom) for nom in ("fichier",) if nom in erreurs}
        lignes = tuple(f"{ligne.capitalize()} : {' '.join(dits)}" for ligne, dits in erreurs.items())
        etat.refus = (clair["detail"], *lignes) if lignes else ()
        return page("versions/import.html", 422, f=etat)
    if essai:
        return page("versions/import.html", f=etat, bilan=bilan, corps=corps)
    flash(
        f"Adresses ajoutées : {bilan['importes']} ; déjà inscrites : {bilan['deja_inscrits']} ; "
        f"désabonnées, laissées en paix : {bilan['desabonnes']}.",
        "success",
    )
    return redirect(url_for("web.abonnes", tri="-demande_le"), 303)  # those of the file first


@site.route(f"{_ABONNE}/desabonnement", methods=["GET", "POST"])
def desabonner_abonne(abonne_id: str) -> Response:
    """Unsubscribes an address, at its owner's request or because it no longer exists."""
    abonne = demander(f"GET {_ABONNE}", abonne_id=abonne_id)
    courriel = abonne["courriel"]
    retour = url_for("web.abonnes", q=courriel)
    return agir(_DESABONNER, Place("/abonnes", "Abonnés", courriel), retour, abonne_id=abonne_id)
