"""Coming in, going out, changing hats."""

from flask import flash, g, get_flashed_messages, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.domain.errors import Droit, Invalide, NonAuthentifie, TropDeRequetes
from commun.domain.textes import parle_de
from commun.schemas.forms import charger
from gateway import auth, proconnect, schemas
from gateway.commands.connexion import identifier
from gateway.web import catalogue, surete
from gateway.web.etat import Etat
from gateway.web.rendu import page, qui_suis_je
from gateway.web.reprise import proposer, saisie_portee
from gateway.web.site import chez_nous, page_de_connexion, public, site

_PLUS_LE_SIEN = "Ce profil n’est pas, ou n’est plus, l’un des vôtres : voici ceux que vous avez."
_SAISIS = ("identifiant", "mot_de_passe")


@site.route("/connexion", methods=["GET", "POST"])
@public
def connexion() -> Response:
    """The sign-in page."""
    suite = chez_nous(request.values.get("suite", ""))
    if request.method != "POST":
        return redirect(suite, 303) if g.acteur else _montrer(Etat(MultiDict()), suite)
    saisie, a_reprendre = Etat(MultiDict(request.form)), saisie_portee()
    try:
        dits = charger(schemas.Connexion, {nom: v for nom in _SAISIS if (v := saisie.valeur(nom))})
    except Invalide as refus:
        saisie.erreurs = refus.erreurs or {}
        return _montrer(saisie, suite, refus.statut, a_reprendre)
    try:
        secret = Acte("gateway", Appel(g.requete)).faire(
            _ouvrir,
            dits["identifiant"],
            dits["mot_de_passe"],
            request.remote_addr or "",
            surete.recu(surete.COOKIE),
        )
    except (Droit, NonAuthentifie, Invalide, TropDeRequetes) as refus:
        saisie.refus = (refus.detail,)
        return _montrer(saisie, suite, refus.statut, a_reprendre)
    g.secret = secret
    if a_reprendre:  # the page that offers it says in which profil
        g.acteur = auth.porteur_de(secret, auth.Genre.WEB)
    return surete.poser_cookie(proposer(suite, a_reprendre) if a_reprendre else redirect(suite, 303), secret)


@site.post("/deconnexion")
@public
def deconnexion() -> Response:
    """Ends this connection."""
    if g.secret:
        Acte("gateway", Appel(g.requete)).faire(auth.fermer_session, g.secret)
    return sortir(redirect(url_for("web.connexion"), 303))


def sortir(suite: Response) -> Response:
    """Has the browser forget a connection that is over, and leave ProConnect too where that lets people in."""
    return surete.oter_cookie(_sortir_aussi_de_proconnect() if proconnect.actif() else suite)


@site.route("/profils", methods=["GET", "POST"])
def profils() -> Response:
    """Every profil of the account: one chooses in which to go on (ERG-01), at the home page or where another led to
    nothing (`suite`)."""
    if request.method == "POST":
        acte, voulu = Acte("gateway", Appel(g.requete)), request.form.get("profil", "")
        try:
            secret, *_ = acte.faire(auth.changer_profil, auth.empreinte(g.secret), voulu)
        except Invalide:  # taken away since the page was opened, or another account signed in meanwhile
            flash(_PLUS_LE_SIEN, "warning")
            return redirect(url_for("web.profils", suite=request.form.get("suite") or None), 303)
        return surete.poser_cookie(redirect(chez_nous(request.form.get("suite", "")), 303), secret)
    cherche = request.args.get("q", "")
    siens = [p | {"lieu": catalogue.lieu_du_profil(p)} for p in qui_suis_je()["profils"]]
    retenus = [p for p in siens if parle_de(f"{p['libelle']} {p['lieu']}", cherche)]
    suite = request.args.get("suite", "")
    return page("profils.html", profils=retenus, total=len(siens), q=cherche, suite=suite)


def _sortir_aussi_de_proconnect() -> Response:
    """Returns the page that goes on to the provider, which would else let the next person at this screen back in.

    Not a redirection: what a form leads to stays on this site (`form-action`).
    """
    g.acteur = None
    reponse = page("sortie.html", fin=proconnect.FIN)
    reponse.headers["Refresh"] = f"0;url={proconnect.FIN}"
    return reponse


def _ouvrir(acte: Acte, identifiant: str, mot_de_passe: str, source: str, ancien: str) -> Etapes[str]:
    compte = yield from identifier(acte, identifiant, mot_de_passe, source)
    secret, *_ = auth.revenir(acte, compte, ancien)
    return secret


def _montrer(saisie: Etat, suite: str, statut: int = 200, a_reprendre: str = "") -> Response:
    reponse = page_de_connexion(saisie, suite, statut, a_reprendre)
    for perdu in get_flashed_messages(category_filter=["warning"]):
        flash(str(perdu), "warning")  # said again on the page where one comes back
    return reponse
