"""Coming in by ProConnect, and leaving it, where this deployment has it."""

from typing import Any
from urllib.parse import quote

from flask import g, redirect, request
from werkzeug.wrappers import Response

from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.domain.errors import NonAuthentifie
from gateway import proconnect as fournisseur
from gateway.commands.proconnect import entrer
from gateway.web import surete
from gateway.web.rendu import page
from gateway.web.site import chez_nous, public, site

_CHEMIN = "/connexion/proconnect"
_ALLER, _PREUVE = "ceres_proconnect", "ceres_proconnect_fin"
"""Cookies: what a browser must bring back, and what proves to the provider who leaves, which goes nowhere else."""


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
    """Opens a session to who comes back."""
    try:
        identite = fournisseur.retour(request.args, surete.recu(_ALLER))
        secret = Acte("gateway", Appel(g.requete)).faire(entrer, identite, surete.recu(surete.COOKIE))
    except NonAuthentifie as refus:
        conseil = "Si cela se reproduit, adressez-vous à l’administrateur de votre service."
        return page("refus.html", refus.statut, refus=refus.en_clair(), conseil=conseil, reference=g.requete)
    reponse = surete.poser_cookie(redirect(chez_nous(identite.suite), 303), secret)
    _poser(reponse, surete.le_notre(_ALLER), "", path="/", max_age=0)
    _poser(reponse, _PREUVE, identite.preuve, path=_CHEMIN)
    return reponse


def proconnect_revenu() -> Response:
    """Tells who signed in beside a form that waits for it in another tab to go back there."""
    return page("revenu.html")


def proconnect_fin() -> Response:
    """Sends a browser that has left CERES out of ProConnect too."""
    preuve = request.cookies.get(_PREUVE, "")
    reponse = redirect(fournisseur.fin(preuve) if preuve else "/connexion", 303)
    reponse.delete_cookie(_PREUVE, path=_CHEMIN)
    return reponse


def _poser(reponse: Response, nom: str, valeur: str, **options: Any) -> None:
    reponse.set_cookie(nom, valeur, httponly=True, samesite="Lax", secure=surete.en_https(), **options)


if fournisseur.actif():
    site.add_url_rule(_CHEMIN, view_func=public(proconnect))
    site.add_url_rule(f"{_CHEMIN}/revenu", view_func=proconnect_revenu)
    site.add_url_rule(fournisseur.RETOUR, view_func=public(proconnect_retour))
    site.add_url_rule(fournisseur.FIN, view_func=public(proconnect_fin))
