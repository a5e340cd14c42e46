"""Établissements: the list, the page of one of them with its agréments and contrôles, its form."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Refus
from commun.domain.referentiel import TypeProfil, du_territoire
from commun.domain.territoires import departement_de
from commun.schemas.telephones import a_saisir
from gateway.web import catalogue
from gateway.web.appels import Demande, au_mieux, etablissement_seul, poser, rassembler
from gateway.web.formulaires import Formulaire, Place
from gateway.web.lieux import desaccord
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.rendu import page
from gateway.web.retours import la_fiche_ou_la_liste, vers
from gateway.web.site import site

_ETABLISSEMENT = "/etablissements/<etablissement_id>"
_RAPPELES = (
    "L’adresse d’un site change : une nouvelle convocation part aussitôt à chacun des candidats et des jurés déjà "
    "convoqués là ({sessions})."
)
_DEJA_LA = (
    "L’adresse d’un site change, où l’on passe un examen en ce moment ({sessions}) : personne n’est rappelé, le "
    "centre prévient lui-même qui doit encore venir, et les papiers diront ensuite l’adresse où chacun fut convoqué."
)
_DEPLACE = (
    "D’après son adresse ({adresse[code_postal]} {adresse[commune]}), {lui} passe du département {de} au département "
    "{vers} ({nom}) : {suit} relèveront de l’unité départementale de là-bas."
)
_SANS_REPONSE = (
    "L’adresse d’un site change : une nouvelle convocation part aussitôt à qui y est convoqué. Les sessions concernées "
    "ne peuvent pas être lues pour le moment."
)
_vers_la_fiche = vers("web.etablissement", "etablissement_id")


@site.get("/etablissements")
def etablissements() -> Response:
    """The établissements of the perimeter; a centre, which has one, is shown it."""
    if g.acteur.type is TypeProfil.CENTRE:
        return redirect(url_for("web.etablissement", etablissement_id=g.acteur.etablissement_id), 303)
    return Liste(
        operation="GET /etablissements",
        intitule="Établissements",
        nom=("établissement", "établissements"),
        recherche="Dénomination, SIRET, commune…",
        lignes="etablissements/ligne.html",
        toujours={"agrements": "false"},
        colonnes=(
            Colonne("Dénomination", "denomination"),
            Colonne("SIRET", "siret"),
            Colonne("Département", "departement"),
            Colonne("Sites"),
        ),
        filtres=(Filtre("departement", "Département", catalogue.choix_departements()),),
        actions=(
            ("Créer un établissement", "/etablissements/nouveau", "POST /etablissements"),
            ("Tous les contrôles", "/controles", "POST /etablissements"),  # a centre has its own on its page
        ),
    ).repondre()


@site.get(_ETABLISSEMENT)
def etablissement(etablissement_id: str) -> Response:
    """An établissement: its sites, its bloc agrément (AGR-01), its contrôles."""
    ici = {"etablissement_id": etablissement_id}
    recus = rassembler(
        etablissement=Demande(f"GET {_ETABLISSEMENT}", ici),
        controles=Demande(f"GET {_ETABLISSEMENT}/controles", ici, {"par_page": 50}),
    )
    return page(
        "etablissements/fiche.html", catalogue=catalogue, agreables=sites_a_agreer(recus["etablissement"]), **recus
    )


def sites_a_agreer(etablissement: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the sites for which this profil grants agréments: those of its territory."""
    return [s for s in etablissement["sites"] if du_territoire(g.acteur, s["departement"], s["region"])]


@site.get(f"{_ETABLISSEMENT}/controles")
def controles(etablissement_id: str) -> Response:
    """The contrôles of an établissement, the last first."""
    return Liste(
        operation=f"GET {_ETABLISSEMENT}/controles",
        chemin={"etablissement_id": etablissement_id},
        intitule="Contrôles",
        nom=("contrôle", "contrôles"),
        lignes="controles/ligne.html",
        colonnes=(
            Colonne("Contrôle", "date"),
            Colonne("Contrôleur"),
            Colonne("Conclusion", "conclusion"),
            Colonne("Suites"),
        ),
        filtres_enregistres=False,
    ).repondre(
        gabarit="controles/liste.html",
        etablissement=poser(etablissement_seul(etablissement_id)),
    )


@site.route("/etablissements/nouveau", methods=["GET", "POST"])
def nouvel_etablissement() -> Response:
    """Creates an établissement."""
    ensuite = " ; la mission nationale y invitera la personne qui l’administre."
    if g.acteur.type is TypeProfil.NATIONAL:  # where nobody is yet, nobody else invites
        ensuite = ", puis invitez la personne qui l’administre."
    return Formulaire(
        operation="POST /etablissements",
        gabarit="etablissements/formulaire.html",
        intitule="Créer un établissement",
        retour=_vers_la_fiche,
        dit=f"L’établissement est créé. Accordez-lui ses agréments{ensuite}",
        annuler=url_for("web.etablissements"),
        a_relire=partial(_lieux_douteux, {"sites": ()}),
    ).repondre()


@site.route(f"{_ETABLISSEMENT}/modification", methods=["GET", "POST"])
def modifier_etablissement(etablissement_id: str) -> Response:
    """Changes an établissement and its sites."""
    actuel = poser(etablissement_seul(etablissement_id))
    return Formulaire(
        operation=f"PATCH {_ETABLISSEMENT}",
        chemin={"etablissement_id": etablissement_id},
        gabarit="etablissements/formulaire.html",
        intitule="Modifier l’établissement",
        initial=actuel | {"telephone": a_saisir(actuel["telephone"])},
        retour=la_fiche_ou_la_liste(
            _vers_la_fiche,
            etablissement_seul,
            "web.etablissements",
            "Cet établissement n’est plus dans votre territoire : il ne figure plus dans votre liste.",
        ),
        dit="L’établissement est enregistré.",
        contexte={"etablissement": actuel},
        annuler=url_for("web.etablissement", etablissement_id=etablissement_id),
        place=Place("/etablissements", "Établissements", actuel["denomination"]),
        a_relire=partial(_ce_qui_suit, actuel),
    ).repondre()


def _ce_qui_suit(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what follows of the addresses of a form."""
    noms = catalogue.departements()
    dits = (_DEPLACE.format(nom=noms.get(passage["vers"], ""), **passage) for passage in _passages(actuel, voulu))
    deplacements = [{"code": "deplacement", "message": dit} for dit in dits]
    return _lieux_douteux(actuel, voulu) + deplacements + _qui_est_rappele(actuel, voulu)


def _lieux_douteux(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what is to be read of the addresses that a form gives, its own and those of its sites."""
    avant = {site["id"]: site["adresse"] for site in actuel["sites"]}
    sites = ((dit["adresse"], avant.get(str(dit.get("id")))) for dit in voulu.get("sites") or ())
    lues = ((voulu.get("adresse"), actuel.get("adresse")), *sites)
    return [dit for adresse, etait in lues for dit in desaccord(adresse, etait, catalogue.departements())]


def _passages(actuel: dict[str, Any], voulu: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields what goes to another département: a postcode mistyped takes there all that the unit looks after."""
    chez = {"lui": "l’établissement", "suit": "sa fiche et ses contrôles"}
    lieux = [(actuel, voulu.get("adresse"), chez)]
    tenus = {site["id"]: site for site in actuel["sites"]}
    for dit in voulu.get("sites", ()):
        if tenu := tenus.get(str(dit["id"])):
            suit = "ses agréments et ses sessions à venir ou en cours"
            lieux.append((tenu, dit["adresse"], {"lui": f"le site « {tenu['libelle']} »", "suit": suit}))
    for lieu, adresse, dits in lieux:
        vers = departement_de(adresse["code_insee"], adresse["code_postal"]) if adresse else None
        if vers and vers != lieu["departement"]:
            yield {"adresse": adresse, "de": lieu["departement"], "vers": vers, **dits}


def _qui_est_rappele(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what follows at once of the new address of a site: those convoked there are called anew (CNV-04), and
    those who are there today are not. The API asks nothing here: programs change sites as the contract says."""
    avant = {site["id"]: site["adresse"] for site in actuel["sites"]}
    ailleurs = {str(s["id"]) for s in voulu.get("sites", ()) if s["id"] and s["adresse"] != avant.get(str(s["id"]))}
    if not ailleurs:
        return []
    la = {etat: {"etablissement": actuel["id"], "etat": etat, "actions": "false"} for etat in ("convoquee", "en_cours")}
    lues = au_mieux(**{etat: Demande("GET /sessions", filtres=voulues, entiere=True) for etat, voulues in la.items()})
    if any(isinstance(reponse, Refus) for reponse in lues.values()):
        return [{"code": "CNV-04", "message": _SANS_REPONSE}]
    numeros = {
        etat: [s["numero"] for s in reponse["elements"] if s["site_id"] in ailleurs] for etat, reponse in lues.items()
    }
    dits = {"convoquee": _RAPPELES, "en_cours": _DEJA_LA}
    return [
        {"code": "CNV-04", "message": dits[etat].format(sessions=", ".join(siens))}
        for etat, siens in numeros.items()
        if siens
    ]
