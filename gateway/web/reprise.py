"""A form sent once its connection has expired: the sign-in page carries it, and who comes back in finds it as typed.

It goes from page to page as hidden fields, kept nowhere else, and asks for nothing until its own button is pressed.
"""

from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.wrappers import Response

from gateway.web import surete
from gateway.web.formulaires import CLE, REPRISE, TECHNIQUES
from gateway.web.rendu import page

SAISIE = "_saisie"
_SECRETS = frozenset({"ancien", "nouveau", "mot_de_passe"})
"""Passwords are typed again."""


def saisie_recue() -> str:
    """Returns what the form just sent holds, in one line; nothing where nothing was typed, or not in a page of ours."""
    if CLE not in request.form or _SECRETS & request.form.keys():
        return ""
    dits = [(nom, valeur) for nom, valeur in request.form.items(multi=True) if nom != surete.JETON]
    return urlencode(dits) if any(valeur.strip() and nom not in TECHNIQUES for nom, valeur in dits) else ""


def proposer(adresse: str, saisie: str) -> Response:
    """Returns the page that offers to go on with it, to who has just come in."""
    champs = [(nom, v) for nom, v in parse_qsl(saisie, keep_blank_values=True) if nom not in (surete.JETON, REPRISE)]
    return page("reprise.html", adresse=adresse, champs=champs)
