"""Where one goes once something was done, and what is said there."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from gateway.web.appels import Demande, introuvable
from gateway.web.textes import en_bref

_AVIS_MAX = 3000
"""Signs of all that is said at once. A cookie carries it to the page where one goes, and a browser drops one of more
than 4,096 bytes, with all that it says: names that never repeat come to that, compressed, at 4,600 signs."""


def annoncer(dits: Sequence[tuple[str, str]]) -> None:
    """Has phrases be said, each in its tone, where one goes next: whole, unless their lists of names are too long."""
    limite = _AVIS_MAX if sum(len(phrase) for phrase, _ in dits) <= _AVIS_MAX else _AVIS_MAX // len(dits)
    for phrase, ton in dits:
        flash(en_bref(phrase, limite), ton)


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
