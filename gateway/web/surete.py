"""What guards the pages: who is signed in, what a browser may load, and that a form comes from our own page."""

import hashlib
import hmac
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flask import g, request
from werkzeug.wrappers import Response

from commun.config import config
from commun.domain.errors import Droit, NonAuthentifie
from gateway import auth

COOKIE: Final = "ceres_connexion"
JETON: Final = "_jeton"
"""Field of a form that proves it was served to the person who sends it."""

_D_ICI = ("same-origin", "none")
"""What a browser says of a demand that comes from our own pages, or from the person: no other site had it made."""
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def reconnaitre() -> None:
    """Finds who is signed in: `g.acteur`, `None` for a visitor."""
    g.acteur = None
    g.secret = recu(COOKIE)
    if g.secret:
        try:
            g.acteur = auth.porteur_de(g.secret, auth.Genre.WEB, active=not demande_un_flux())
        except NonAuthentifie:
            g.secret = ""


def demande_un_flux() -> bool:
    """Returns whether it is an open page that asks, by itself, and no person."""
    return request.accept_mimetypes.best == "text/event-stream"


def exiger_notre_site() -> None:
    """Refuses what another site would have a browser send in the person's name.

    Raises:
        Droit: the form was not sent from a page of this site.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origine = lire_adresse(request.headers.get("Origin", ""))
    ailleurs = site not in _D_ICI if site else origine.netloc != request.host
    if ailleurs:
        raise Droit("Ce formulaire n’est plus valable : revenez à la page, rechargez-la et recommencez.")


def suivi_d_ici() -> bool:
    """Returns whether a link was followed from a page of this site; of a browser too old to tell, it is not known."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def demande_d_ici() -> bool:
    """Returns whether no other site can have had a browser ask this in the name of who is signed in. Of a browser too
    old to tell, it is not known.
    """
    return request.headers.get("Sec-Fetch-Site") in _D_ICI or not recu(COOKIE)


def lire_adresse(dite: str) -> SplitResult:
    """Returns the parts of an address that a client says; an empty one's where it is none."""
    with suppress(ValueError):
        return urlsplit(dite)
    return urlsplit("")


def de_cette_connexion() -> bool:
    """Returns whether the form was served to this connection: in another tab, one may have changed hats since."""
    return hmac.compare_digest(request.form.get(JETON, "").encode(), jeton_de_formulaire().encode())


def jeton_de_formulaire() -> str:
    """Returns what every form served to this person bears; it dies with the connection."""
    return hmac.new(g.secret.encode(), b"formulaire", hashlib.sha256).hexdigest() if g.secret else ""


def le_notre(nom: str) -> str:
    """Returns the name of a cookie that this site alone may set (RFC 6265bis): by https, another of our domain could
    else set its own, and have who comes here act, or come back from ProConnect, in an account that is not his.
    """
    return f"__Host-{nom}" if en_https() else nom


def recu(nom: str) -> str:
    """Returns what a cookie of ours brings back, an empty text where it brings nothing."""
    return request.cookies.get(le_notre(nom), "")


def poser_cookie(reponse: Response, secret: str) -> Response:
    """Has the browser keep the connection: out of the reach of scripts, and of forms of other sites."""
    reponse.set_cookie(le_notre(COOKIE), secret, httponly=True, samesite="Lax", path="/", secure=en_https())
    return reponse


def oter_cookie(reponse: Response) -> Response:
    """Has the browser forget the connection."""
    reponse.delete_cookie(le_notre(COOKIE), path="/", httponly=True, samesite="Lax", secure=en_https())
    return reponse


def proteger(reponse: Response) -> Response:
    """Adds what every page says to the browser."""
    reponse.headers.setdefault("Content-Security-Policy", _CSP)
    reponse.headers.setdefault("Referrer-Policy", "same-origin")
    reponse.headers["X-Frame-Options"] = "DENY"
    reponse.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if en_https():
        reponse.headers["Strict-Transport-Security"] = "max-age=31536000"
    return reponse


def en_https() -> bool:
    """Whether browsers reach us by https: what they keep then goes by nothing else."""
    return config().url_publique.startswith("https:")
