"""A form sent once its connection has expired, or its profil was left in another tab: a page carries it, and who comes
back in, or goes on in the new profil, finds it as typed.

It goes from page to page as hidden fields, kept nowhere else, and asks for nothing until its own button is pressed.
"""

from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.wrappers import Response

from commun.domain.errors import Droit
from gateway.dispatch import trop_long_a_lire
from gateway.web import surete
from gateway.web.etat import CLE, REPRISE, TECHNIQUES
from gateway.web.rendu import page

SAISIE = "_saisie"
_SECRETS = frozenset({"ancien", "nouveau", "mot_de_passe"})
"""Passwords are typed again."""


def saisie_recue() -> str:
    """Returns what the form just sent holds, in one line; nothing where nothing was typed, or not in a page of ours."""
    if CLE not in request.form or _SECRETS & request.form.keys():
        return ""
    dits = [(nom, valeur) for nom, valeur in request.form.items(multi=True) if nom != surete.JETON]
    if not any(valeur.strip() and nom not in TECHNIQUES for nom, valeur in dits):
        return ""
    return _qui_se_lise(urlencode(dits))


def saisie_portee() -> str:
    """Returns the form that the sign-in page carried, in one line; nothing where it carried none."""
    return _qui_se_lise(request.form.get(SAISIE, ""))


def _qui_se_lise(saisie: str) -> str:
    """Returns a form in one line, nothing where it is too long to read again: written so, eight megabytes of signs that
    a browser sends as they are, or in one field, are some seconds of a processor, and would not be taken back.
    """
    return "" if trop_long_a_lire(saisie.encode()) else saisie


def proposer(adresse: str, saisie: str) -> Response:
    """Returns the page that offers to go on with it, to who has just come in."""
    return page("reprise.html", adresse=adresse, champs=champs(saisie))


def d_un_autre_profil(page_d_avant: str) -> Response:
    """Returns the page that says that nothing was done, to whose form was served before he changed hats in another tab;
    what he typed there goes on from it. `page_d_avant`: where the form was."""
    vu = {"adresse": request.full_path.rstrip("?"), "champs": champs(saisie_recue()), "page_d_avant": page_d_avant}
    return page("autre_profil.html", Droit.statut, **vu)


def champs(saisie: str) -> list[tuple[str, str]]:
    """Returns the fields of a form that was kept in one line, for the form that carries them on."""
    return [(nom, v) for nom, v in parse_qsl(saisie, keep_blank_values=True) if nom not in (surete.JETON, REPRISE)]
