"""Where one goes once something was done, and what is said there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from gateway.web.appels import Demande, introuvable


def au_lieu(retour: str) -> Response:
    """Goes to an address; what was just said is said at the part of the page where it opens (`macros/avis.html`)."""
    if lieu := urlsplit(retour).fragment:
        flash(lieu, "lieu")
    return redirect(retour, 303)


def vers(ecran: str, parametre: str, champ: str = "id") -> Callable[[Any], str]:
    """Returns what gives the address of a screen of one object, from what the API answers of it."""
    return lambda objet: url_for(ecran, **{parametre: objet[champ]})


def la_fiche_ou_la_liste(
    fiche: Callable[[Any], str], lire: Callable[[str], Demande], liste: str, parti: str
) -> Callable[[Any], str]:
    """Returns where one sees what was just changed: its page, or the list where it has left the agent's territory.

    Args:
        lire: the call that reads what bears an id.
        liste: the list's endpoint; `parti`: what is said there.
    """

    def retour(change: Any) -> str:
        if introuvable(lire(change["id"])):
            flash(parti, "info")
            return url_for(liste)
        return fiche(change)

    return retour
