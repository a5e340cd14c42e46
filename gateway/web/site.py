"""The pages as one blueprint: who may enter, and what becomes of a refusal."""

import hashlib
import importlib
import unicodedata
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, flash, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from commun.config import config
from commun.domain.errors import ErreurInterne, Introuvable, NonAuthentifie, Refus
from commun.domain.referentiel import TypeProfil
from commun.telemetry import faute, journal
from gateway import dispatch
from gateway.web import actifs, rendu, reprise, surete
from gateway.web.appels import FORMULAIRE_MAX, trop_volumineux
from gateway.web.etat import Etat

site = Blueprint("web", __name__, template_folder="gabarits")
_PUBLICS: set[str] = set()
_SANS_PROFIL = {f"{site.name}.{ecran}" for ecran in ("connexion", "deconnexion", "deconnexion_partout", "profils")}
"""Coming in, going out, changing hats: the same whatever the profil in which the page was opened."""

_CONSEILS = {
    403: "Si vous en avez besoin, voyez avec la personne qui gère les comptes de votre centre ou de votre service.",
    404: "Vérifiez l’adresse, ou revenez à la liste : l’élément a pu être supprimé, ou relève d’un autre territoire.",
    400: "Revenez à la page précédente, et recommencez.",
    408: "Revenez à la page précédente, où votre saisie est toujours, et recommencez avec une meilleure connexion.",
    409: "Rien n’a été modifié. Corrigez ce qui est dit ci-dessus, ou revenez à la page précédente.",
    412: "Rien n’a été modifié. Voyez ce qui a changé, puis recommencez.",
    422: "Rien n’a été modifié. Revenez à la page précédente : votre saisie y est toujours.",
    429: "Patientez un moment, puis recommencez.",
    500: "Pour la signaler à l’équipe technique, donnez-lui la référence ci-dessous.",
    503: "Attendez quelques secondes, puis rechargez la page : un même envoi n’est fait qu’une fois.",
}
"""What to do after each kind of refusal."""
_FLUX_FINI = "event: fin\ndata: {}\n\n"
"""What a stream tells a page whose connection is over, which asks no more then."""
_DISPARU = (
    "Rien n’a été enregistré : l’élément a été supprimé depuis que vous l’avez ouvert, ou ne relève plus de votre "
    "territoire. Revenez à la liste."
)
"""What is said instead of what a form was about, and which is no more."""
_JURE_HORS_DE_VUE = (
    "Un centre lit la fiche et les habilitations d’un juré inscrit à l’une de ses sessions à venir, ou dont une "
    "habilitation est en vigueur sur ce pour quoi il a un agrément : qui a siégé à une session passée, ou y a été "
    "remplacé, peut ne plus en être."
)
"""What is said to a centre that no longer sees a juré, to whom the page of a session that is over still leads, and the
message by which it replaced him."""


def public(ecran: Any) -> Any:
    """Lets visitors open a screen."""
    _PUBLICS.add(f"{site.name}.{ecran.__name__}")
    return ecran


@site.before_request
def _entrer() -> Response | None:
    surete.reconnaitre()
    if request.method not in ("GET", "HEAD"):
        if request.mimetype == "application/x-www-form-urlencoded":
            dispatch.lire_formulaire(FORMULAIRE_MAX)
        surete.exiger_notre_site()
    if g.acteur is None:
        return None if request.endpoint in _PUBLICS else vers_la_connexion()
    if request.method in ("GET", "HEAD") or request.endpoint in _SANS_PROFIL or surete.de_cette_connexion():
        return None
    return reprise.d_un_autre_profil(_page_du_formulaire() or "/")


def vers_la_connexion() -> Response:
    """Sends a visitor to the sign-in page, and back afterwards; who was sending a form is told that it was not kept, as
    a page that is still open is that its connection is over."""
    if surete.demande_un_flux():
        return Response(_FLUX_FINI, content_type="text/event-stream; charset=utf-8")
    if request.method in ("GET", "HEAD"):
        suite: str | None = request.full_path.rstrip("?")
    else:
        if saisie := reprise.saisie_recue():
            return connexion_a_reprendre(saisie)
        suite = _page_du_formulaire()
        flash("Votre connexion a expiré : votre saisie n’a pas été enregistrée.", "warning")
    adresse = url_for("web.connexion", suite=suite if suite != "/" else None)
    if rendu.en_fragment():  # htmx would put the sign-in page inside this one
        reponse = Response(status=204)
        reponse.headers["HX-Redirect"] = adresse
        return reponse
    return redirect(adresse, 303)


def connexion_a_reprendre(saisie: str) -> Response:
    """Returns the sign-in page, which carries what was typed to who signs in."""
    dit = "identifiez-vous" if config().sans_mot_de_passe else "donnez votre mot de passe ici"
    flash(f"Votre connexion a expiré : {dit} pour retrouver votre saisie.", "warning")
    return page_de_connexion(Etat(MultiDict()), request.full_path.rstrip("?"), NonAuthentifie.statut, saisie)


def page_de_connexion(f: Etat, suite: str, statut: int, saisie: str) -> Response:
    """Returns the sign-in page. `saisie`: a form that waits for it."""
    par_mot_de_passe = not config().sans_mot_de_passe
    vu = {"f": f, "suite": suite, "saisie": saisie, "champs": reprise.champs(saisie)}
    return rendu.page("connexion.html", statut, par_mot_de_passe=par_mot_de_passe, **vu)


def _page_du_formulaire() -> str | None:
    """Returns the address of the page whose form was sent, None where no page opens at it: an act has none."""
    venu = surete.lire_adresse(request.referrer or "")
    siennes = [venu._replace(scheme="", netloc="", fragment="").geturl()] if venu.netloc == request.host else []
    adresses = current_app.create_url_adapter(request)
    assert adresses
    return next((a for a in (*siennes, request.path) if adresses.test(urlsplit(a).path, "GET")), None)


def chez_nous(suite: str) -> str:
    """Returns an address of this site, the home page for any other: nobody is sent elsewhere by a link to us."""
    ici = suite.startswith("/") and not suite.startswith(("//", "/\\"))
    ici = ici and not any(unicodedata.category(signe) == "Cc" for signe in suite)  # no header holds a line's end
    return suite if ici else url_for("web.accueil")


@site.errorhandler(Refus)
def montrer(refus: Refus) -> Response:
    """Returns the page of a refusal: what happened and what to do, nothing technical."""
    clair = refus.en_clair()
    if clair["statut"] == NonAuthentifie.statut:
        return vers_la_connexion()
    # what was typed is right: it goes on once the service is back; a form is read only once its size was (`_entrer`)
    saisie = reprise.saisie_recue() if clair["statut"] >= 500 and g.acteur else ""
    vu = {"conseil": _conseil(clair["statut"]), "reference": g.requete, "champs": reprise.champs(saisie)}
    reponse = rendu.page("refus.html", clair["statut"], refus=clair, **vu)
    if "reessayer_dans" in clair:
        reponse.headers["Retry-After"] = str(clair["reessayer_dans"])
    return reponse


def _conseil(statut: int) -> str:
    """Returns what to do after a refusal of this status, by who asked for what."""
    if statut == Introuvable.statut and request.method == "POST":
        return _DISPARU
    un_centre = g.acteur and g.acteur.type is TypeProfil.CENTRE
    if statut == Introuvable.statut and un_centre and request.path.startswith(("/jures/", "/habilitations/")):
        return _JURE_HORS_DE_VUE
    return _CONSEILS.get(statut, _CONSEILS[500])


@site.errorhandler(RequestEntityTooLarge)
def _trop_volumineux(_erreur: RequestEntityTooLarge) -> Response:
    return montrer(trop_volumineux())


@site.errorhandler(Exception)
def _imprevu(erreur: Exception) -> Response:
    journal.error("erreur", **faute(erreur))
    return montrer(ErreurInterne())


def page_introuvable() -> Response:
    """Returns the page of an address that does not exist."""
    surete.reconnaitre()
    return surete.proteger(montrer(Introuvable("Cette page n’existe pas.")))


site.after_request(surete.proteger)


def lire_les_ecrans() -> None:
    """Has every screen say its routes to `site`."""
    for module in iter_modules(importlib.import_module("gateway.web.ecrans").__path__):
        importlib.import_module(f"gateway.web.ecrans.{module.name}")


def brancher(app: Flask) -> None:
    """Adds the pages to the application."""
    lire_les_ecrans()
    secret = hashlib.sha256(b"avis\0" + config().cle_privee.encode()).digest()  # the same in every replica
    app.config.update(SECRET_KEY=secret, SESSION_COOKIE_NAME=surete.le_notre("ceres_avis"))
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=surete.en_https())
    app.config["MAX_FORM_MEMORY_SIZE"] = FORMULAIRE_MAX
    rendu.outiller(app)
    actifs.brancher(app)
    app.register_blueprint(site)
