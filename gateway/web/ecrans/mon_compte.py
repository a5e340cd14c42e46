"""One's own account: who one is, one's password, all that is open to one."""

from flask import url_for
from werkzeug.wrappers import Response

from commun.config import config
from gateway.web.ecrans.connexion import sortir
from gateway.web.formulaires import Acte, Formulaire, Place, agir, repondre
from gateway.web.site import site

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
    return repondre(
        Formulaire(
            operation="PUT /moi/mot-de-passe",
            gabarit="mon_compte/compte.html",
            intitule="Changer de mot de passe",
            retour=lambda _: url_for("web.connexion"),
            dit="Votre mot de passe est changé : identifiez-vous avec le nouveau.",
            contexte={"par_mot_de_passe": not config().proconnect_seul},
            annuler=url_for("web.accueil"),
        )
    )


@site.route("/mon-compte/deconnexion", methods=["GET", "POST"])
def deconnexion_partout() -> Response:
    """Ends every connection of the account, this one with them."""
    fiche, dehors = url_for("web.mon_compte"), url_for("web.connexion")
    reponse = agir(_PARTOUT, Place("", "", "Mon compte"), fiche, ensuite=lambda _: dehors)
    return sortir(reponse) if reponse.headers.get("Location") == dehors else reponse
