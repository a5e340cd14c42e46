"""One's own account: who one is, one's password, one's address, all that is open to one."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Refus, est_introuvable
from gateway import proconnect
from gateway.schemas import ASSEZ_LONG
from gateway.web.actes import Acte, agir
from gateway.web.appels import demander
from gateway.web.ecrans.connexion import sortir
from gateway.web.formulaires import Formulaire, Place
from gateway.web.rendu import qui_suis_je
from gateway.web.site import site

_CONFIRMEE = "Votre adresse est changée. L’ancienne et la nouvelle en reçoivent un message."
_RENONCER = Acte(
    "DELETE /moi/courriel",
    "Garder mon adresse",
    "Vous gardez votre adresse : le lien parti à l’autre ne vaut plus.",
    motif=False,
)
_PARTOUT = Acte(
    "POST /jetons/revocation",
    "Se déconnecter partout",
    "Vous êtes déconnecté partout : identifiez-vous pour continuer.",
    motif=False,
    explication="Toutes les connexions de votre compte prennent fin aussitôt, sur tous vos appareils, celle-ci "
    "comprise. Les programmes qui agissent en votre nom devront aussi s’identifier de nouveau.",
    corps={"tous": True},
)


@site.route("/mon-compte", methods=["GET", "POST"])
def mon_compte() -> Response:
    """Who one is, and one's password."""
    return Formulaire(
        operation="PUT /moi/mot-de-passe",
        gabarit="mon_compte/compte.html",
        intitule="Changer de mot de passe",
        retour=lambda _: url_for("web.connexion"),
        dit="Votre mot de passe est changé : identifiez-vous avec le nouveau.",
        contexte={
            "adresse": demander("GET /moi/courriel"),
            "proconnect": demander("GET /moi/proconnect") if proconnect.actif() else None,
            "assez_long": ASSEZ_LONG,
        },
        annuler=url_for("web.accueil"),
    ).repondre()


@site.route("/mon-compte/nom", methods=["GET", "POST"])
def nom() -> Response:
    """Corrects the name under which one is shown."""
    return Formulaire(
        operation="PUT /moi/nom",
        gabarit="mon_compte/nom.html",
        intitule="Corriger mon nom",
        dit="Votre nom est corrigé.",
        initial={"nom": qui_suis_je()["nom"]},
        annuler=url_for("web.mon_compte"),
    ).repondre()


@site.route("/mon-compte/adresse", methods=["GET", "POST"])
def adresse() -> Response:
    """Asks for another address: a link goes there."""
    return Formulaire(
        operation="POST /moi/courriel",
        gabarit="mon_compte/adresse.html",
        intitule="Changer d’adresse électronique",
        dit=lambda fait: str(fait["message"]),
        contexte={"actuelle": demander("GET /moi/courriel")},
        annuler=url_for("web.mon_compte"),
    ).repondre()


@site.route("/mon-compte/adresse/renoncement", methods=["GET", "POST"])
def renoncement() -> Response:
    """Gives up the address that one has asked for."""
    return agir(_RENONCER, Place("", "", "Mon compte"), url_for("web.mon_compte"))


@site.route("/mon-compte/adresse/<jeton>", methods=["GET", "POST"])
def adresse_confirmee(jeton: str) -> Response:
    """What the link opens that went to the new address."""
    explication = ""
    if request.method != "POST":  # at a second click it has served
        try:
            voulu = demander("GET /moi/courriel/<jeton>", jeton=jeton)
        except Refus as refus:
            if not est_introuvable(refus):
                raise
            flash(refus.en_clair()["detail"], "warning")
            return redirect(url_for("web.adresse"), 303)
        explication = f"CERES écrira à {voulu['courriel']} ; votre identifiant sera {voulu['identifiant']}."
    fiche = url_for("web.mon_compte")
    confirmer = Acte(
        "POST /moi/courriel/<jeton>", "Confirmer ma nouvelle adresse", _CONFIRMEE, motif=False, explication=explication
    )
    return agir(confirmer, Place("", "", "Mon compte"), fiche, jeton=jeton)


@site.route("/mon-compte/deconnexion", methods=["GET", "POST"])
def deconnexion_partout() -> Response:
    """Ends every connection of the account, this one with them."""
    fiche, dehors = url_for("web.mon_compte"), url_for("web.connexion")
    reponse = agir(_PARTOUT, Place("", "", "Mon compte"), fiche, retour=lambda _: dehors)
    return sortir(reponse) if reponse.headers.get("Location") == dehors else reponse
