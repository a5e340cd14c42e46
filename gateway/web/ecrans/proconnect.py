"""Coming in by ProConnect, leaving it, and binding one's own account to it, where this deployment has it."""

from typing import Any
from urllib.parse import quote

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.domain.errors import Introuvable, Invalide, NonAuthentifie, ReglesEnfreintes
from gateway import proconnect as fournisseur
from gateway.commands.proconnect import entrer
from gateway.web import surete
from gateway.web.actes import Acte as ActeDePage
from gateway.web.actes import agir
from gateway.web.formulaires import Formulaire, Place
from gateway.web.rendu import page
from gateway.web.site import chez_nous, public, site

_CHEMIN = "/connexion/proconnect"
_LE_MIEN = "/mon-compte/proconnect"
_ALLER, _REVENU, _PREUVE = "ceres_proconnect", "ceres_proconnect_revenu", "ceres_proconnect_fin"
"""Cookies: what a browser must bring back, who came back to be bound to an account, and what proves to the provider who
leaves, which goes nowhere else."""
_PAS_ENTRE = "La connexion n’a pas abouti"
_DEHORS = (
    "Recommencez depuis la page de connexion. Si cela se reproduit, adressez-vous à l’administrateur de votre service."
)
_ENCORE_LA = (
    "Vous restez connecté, et rien n’est changé. Pour relier votre compte à ProConnect, recommencez depuis "
    "« Mon compte »."
)
_DELIER = ActeDePage(
    "DELETE /moi/proconnect",
    "Ne plus me connecter avec ProConnect",
    "Votre compte n’est plus relié à ProConnect.",
    motif=False,
    explication="Votre mot de passe seul ouvrira votre compte. Ses autres connexions prennent fin aussitôt ; celle-ci "
    "reste. Pour le relier à une autre identité ProConnect, mettez d’abord fin à ce lien.",
)


def proconnect() -> Response:
    """Sends a browser to ProConnect. An invitation is accepted by who has read its page: a link from elsewhere would
    bind whoever follows it to the account of who made the link, and what he is later given would be that one's.
    """
    suite, invitation = chez_nous(request.args.get("suite", "")), request.args.get("invitation", "")
    if invitation and not surete.suivi_d_ici():
        return redirect(f"/api/v1/invitations/acceptation/{quote(invitation, safe='')}", 303)
    adresse, etat = fournisseur.depart(suite=suite, invitation=invitation)
    reponse = redirect(adresse, 303)
    _poser(reponse, surete.le_notre(_ALLER), etat, path="/", max_age=fournisseur.SEJOUR)
    return reponse


def proconnect_retour() -> Response:
    """Opens a session to who comes back; shows him to who is to be bound to him."""
    try:
        identite = fournisseur.retour(request.args, surete.recu(_ALLER))
        if identite.pour:
            reponse = _a_confirmer(identite)
        else:
            secret = Acte("gateway", Appel(g.requete)).faire(entrer, identite, surete.recu(surete.COOKIE))
            reponse = surete.poser_cookie(redirect(chez_nous(identite.suite), 303), secret)
    except (NonAuthentifie, Introuvable, Invalide, ReglesEnfreintes) as refus:
        vu = {"refus": refus.en_clair(), "conseil": _ENCORE_LA if g.acteur else _DEHORS, "reference": g.requete}
        return page("refus.html", refus.statut, titre=_PAS_ENTRE, **vu)
    _poser(reponse, surete.le_notre(_ALLER), "", path="/", max_age=0)
    _poser(reponse, _PREUVE, identite.preuve, path=_CHEMIN)
    return reponse


def proconnect_aller() -> Response:
    """Sends who is signed in to ProConnect, and back to be bound to this account, once he has confirmed it."""
    adresse, etat = fournisseur.depart(pour=g.acteur.compte_id)
    reponse = redirect(adresse, 303)
    _poser(reponse, surete.le_notre(_ALLER), etat, path="/", max_age=fournisseur.SEJOUR)
    return reponse


def proconnect_relier() -> Response:
    """Shows who came back, and binds him to this account once its password was given: ProConnect answers at once for
    whoever it knew in this browser, who may be a colleague.
    """
    sceau = surete.recu(_REVENU)
    try:
        revenu = fournisseur.scellee(sceau, g.acteur.compte_id)
    except Invalide as refus:
        flash(refus.detail, "warning")
        return redirect(url_for("web.mon_compte"), 303)
    reponse = Formulaire(
        operation="POST /moi/proconnect",
        gabarit="mon_compte/proconnect.html",
        intitule="Se connecter désormais avec ProConnect",
        dit="Votre compte est relié à ProConnect : vous pouvez désormais vous connecter avec lui.",
        contexte={"revenu": revenu},
        annuler=url_for("web.mon_compte"),
        complement=lambda corps: {**corps, "identite": sceau},
    ).repondre()
    if reponse.status_code == 303:
        _poser(reponse, surete.le_notre(_REVENU), "", path="/", max_age=0)
    return reponse


def proconnect_delier() -> Response:
    """Has ProConnect open one's account no more."""
    return agir(_DELIER, Place("", "", "Mon compte"), url_for("web.mon_compte"))


def proconnect_revenu() -> Response:
    """Tells who signed in beside a form that waits for it in another tab to go back there."""
    return page("revenu.html")


def proconnect_fin() -> Response:
    """Sends a browser that has left CERES out of ProConnect too."""
    preuve = request.cookies.get(_PREUVE, "")
    reponse = redirect(fournisseur.fin(preuve) if preuve else "/connexion", 303)
    reponse.delete_cookie(_PREUVE, path=_CHEMIN)
    return reponse


def _a_confirmer(identite: fournisseur.Identite) -> Response:
    reponse = redirect(url_for("web.proconnect_relier"), 303)
    _poser(reponse, surete.le_notre(_REVENU), fournisseur.sceller(identite), path="/", max_age=fournisseur.SEJOUR)
    return reponse


def _poser(reponse: Response, nom: str, valeur: str, **options: Any) -> None:
    reponse.set_cookie(nom, valeur, httponly=True, samesite="Lax", secure=surete.en_https(), **options)


if fournisseur.actif():
    site.add_url_rule(_CHEMIN, view_func=public(proconnect))
    site.add_url_rule(f"{_CHEMIN}/revenu", view_func=proconnect_revenu)
    site.add_url_rule(fournisseur.RETOUR, view_func=public(proconnect_retour))
    site.add_url_rule(fournisseur.FIN, view_func=public(proconnect_fin))
    site.add_url_rule(_LE_MIEN, view_func=proconnect_relier, methods=["GET", "POST"])
    site.add_url_rule(f"{_LE_MIEN}/depart", view_func=proconnect_aller)
    site.add_url_rule(f"{_LE_MIEN}/fin", view_func=proconnect_delier, methods=["GET", "POST"])
