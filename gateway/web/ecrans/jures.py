"""Jurés: the list, the page of one of them, his identity, his jobs."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from commun.domain.referentiel import TypeProfil, du_territoire
from commun.domain.territoires import departement_de, region_du
from commun.schemas.telephones import a_saisir
from gateway.web import catalogue
from gateway.web.actes import Acte, agir
from gateway.web.appels import (
    Demande,
    demander,
    dernieres_traces,
    etablissement_seul,
    par_id,
    poser,
    rassembler,
    trouver,
)
from gateway.web.formulaires import Douceur, Formulaire, Place, deja_fait
from gateway.web.lecture import absorbe_lu
from gateway.web.lieux import desaccord
from gateway.web.listes import Colonne, Filtre, Liste, Ouverture
from gateway.web.mots import CIVILITES
from gateway.web.rendu import page
from gateway.web.retours import la_fiche_ou_la_liste, vers
from gateway.web.semblables import Comparaison, coordonnees
from gateway.web.site import site
from gateway.web.textes import jour_court, nom_du_jure

_JURE = "/jures/<jure_id>"
_TELEPHONES = ("telephone_professionnel", "telephone_personnel")
STATUTS = (("actif", "Actifs"), ("inactif", "Inactifs"))
_INACTIVER = Acte(
    f"POST {_JURE}/inactivation",
    "Inactiver le juré",
    "Le juré est inactif : il ne sera plus proposé pour de nouvelles sessions.",
    explication="Un juré inactif n’est plus proposé aux centres. Il peut être activé de nouveau.",
)
_ACTIVER = Acte(f"POST {_JURE}/activation", "Activer le juré", "Le juré est de nouveau actif.")


def _region_du_centre() -> dict[str, str]:
    centre = poser(etablissement_seul(g.acteur.etablissement_id))
    return {"region": centre["region"]}


_SUR_SA_REGION = Ouverture(
    _region_du_centre,
    "Voici d’abord les jurés de votre région ; une habilitation vaut dans toute la France.",
    "Voir toutes les régions",
    "Aucun juré de votre région n’est habilité pour vos agréments, ni inscrit à une de vos sessions.",
)
_vers_la_fiche = vers("web.jure", "jure_id")


@site.get("/jures")
def jures() -> Response:
    """The jurés of the perimeter."""
    return Liste(
        operation="GET /jures",
        intitule="Jurés",
        nom=("juré", "jurés"),
        recherche="Nom, prénom, commune…",
        lignes="jures/ligne.html",
        colonnes=(
            Colonne("Nom", "nom"),
            Colonne("Département", "departement"),
            Colonne("Emploi"),
            Colonne("Habilitations"),
            Colonne("Statut", "statut"),
        ),
        filtres=(
            Filtre("titre", "Titre", catalogue.choix_titres()),
            Filtre("ccs", "CCS", catalogue.choix_ccs()),
            Filtre("departement", "Département", catalogue.choix_departements()),
            Filtre("region", "Région", catalogue.choix_regions(), tous="Toutes"),
            Filtre("statut", "Statut", STATUTS),
        ),
        export="GET /jures/export",
        actions=(("Créer un juré", "/jures/nouveau", "POST /jures"),),
        ouverture=_SUR_SA_REGION if g.acteur.type is TypeProfil.CENTRE else None,
    ).repondre()


@site.get(_JURE)
def jure(jure_id: str) -> Response:
    """A juré: who he is, his jobs, his habilitations and what can be done with them. Under the id of a file that was
    merged, one is led to the file that was kept."""
    ici = {"jure_id": jure_id}
    recus = rassembler(
        jure=Demande(f"GET {_JURE}", ici),
        sessions=Demande(f"GET {_JURE}/sessions", ici, entiere=True),
        traces=dernieres_traces(_JURE, ici),
    )
    if recus["jure"]["id"] != jure_id:
        return redirect(url_for("web.jure", jure_id=recus["jure"]["id"]))
    return page("jures/fiche.html", catalogue=catalogue, **recus)


@site.route("/jures/nouveau", methods=["GET", "POST"])
def nouveau_jure() -> Response:
    """Creates a juré."""
    return Formulaire(
        operation="POST /jures",
        gabarit="jures/identite.html",
        intitule="Créer un juré",
        retour=_vers_la_fiche,
        dit="Le juré est créé. Ajoutez ses emplois, puis ses habilitations.",
        contexte={"civilites": CIVILITES},
        annuler=url_for("web.jures"),
        existants=_semblables,
        comparaison=Comparaison(f"GET {_JURE}", "jure_id", _identite),
        a_relire=lambda voulu: desaccord(voulu.get("adresse"), None, catalogue.departements()),
    ).repondre()


def _identite(qui: Mapping[str, Any]) -> dict[str, str]:
    """Returns who a juré is, as one compares him with another."""
    noms = {"Nom": "nom", "Nom d’usage": "nom_usage", "Prénom": "prenom"}
    return {
        **{mot: qui.get(champ) or "" for mot, champ in noms.items()},
        "Date de naissance": jour_court(qui.get("date_naissance")),
        **coordonnees(qui, *_TELEPHONES),
    }


def _semblables(contexte: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the pages of who exists, to be opened rather than created again (JUR-06): they all bear one name, and
    live here and there."""
    deja = zip(*(contexte.get(champ, ()) for champ in ("nom", "ids", "communes")), strict=True)
    return [
        (f"Ouvrir la fiche : {nom}{f' ({commune})' if commune else ''}", url_for("web.jure", jure_id=jure_id))
        for nom, jure_id, commune in deja
    ]


@site.route(f"{_JURE}/identite", methods=["GET", "POST"])
def identite_jure(jure_id: str) -> Response:
    """Changes who a juré is and where he lives."""
    ici = {"jure_id": jure_id}
    faire = partial(
        Formulaire,
        operation=f"PATCH {_JURE}",
        chemin=ici,
        dit="L’identité est enregistrée.",
        retour=la_fiche_ou_la_liste(
            _vers_la_fiche,
            par_id(f"GET {_JURE}"),
            "web.jures",
            "Ce juré n’est plus dans votre territoire : il ne figure plus dans votre liste.",
        ),
    )
    if (actuel := trouver(Demande(f"GET {_JURE}", ici))) is None:
        return deja_fait(faire)
    return faire(
        gabarit="jures/identite.html",
        intitule="Modifier l’identité",
        initial=actuel | {champ: a_saisir(actuel[champ]) for champ in _TELEPHONES},
        contexte={"civilites": CIVILITES, "jure": actuel},
        annuler=url_for("web.jure", jure_id=jure_id),
        place=place(actuel),
        a_relire=partial(_ce_qui_echappe, actuel),
    ).repondre()


def _ce_qui_echappe(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what is to be read of a new address, and the warning of a juré who leaves those that the agent may
    change: of a postcode mistyped, he could not undo what followed.
    """
    adresse = voulu.get("adresse") or {}
    douteux = desaccord(adresse, actuel["adresse"], catalogue.departements())
    departement = departement_de(adresse.get("code_insee"), adresse.get("code_postal"))
    if departement in (None, actuel["departement"]) or du_territoire(g.acteur, departement, region_du(departement)):
        return douteux
    ou = catalogue.departements().get(departement, departement)
    phrase = (
        f"D’après son adresse ({adresse['code_postal']} {adresse['commune']}), {nom_du_jure(actuel)} quitte votre "
        f"territoire pour le département {departement} ({ou}). Vous ne pourrez plus modifier sa fiche ni agir sur ses "
        "habilitations, même pour corriger une erreur : ce sera à l’unité départementale et à la DIRECCTE de là-bas."
    )
    return [*douteux, {"code": "hors_territoire", "message": phrase}]


@site.route(f"{_JURE}/inactivation", methods=["GET", "POST"])
def inactiver_jure(jure_id: str) -> Response:
    """Inactivates a juré."""
    jure, fiche = demander(f"GET {_JURE}", jure_id=jure_id), url_for("web.jure", jure_id=jure_id)
    plutot = "Si une seule de ses habilitations est en cause, suspendez plutôt celle-là."
    douceur = Douceur(plutot, "Voir ses habilitations", f"{fiche}#habilitations")
    return agir(_INACTIVER, place(jure), fiche, douceur, version=jure["version"], jure_id=jure_id)


@site.route(f"{_JURE}/activation", methods=["GET", "POST"])
def activer_jure(jure_id: str) -> Response:
    """Activates a juré again."""
    jure = demander(f"GET {_JURE}", jure_id=jure_id)
    fiche = url_for("web.jure", jure_id=jure_id)
    return agir(_ACTIVER, place(jure), fiche, version=jure["version"], jure_id=jure_id)


def place(jure: dict[str, Any], de_plus: str = "") -> Place:
    """Returns what an act on a juré, or on what is his, names."""
    return Place("/jures", "Jurés", f"{nom_du_jure(jure)}{de_plus}")


@site.route(f"{_JURE}/doublons", methods=["GET", "POST"])
def doublons_jure(jure_id: str) -> Response:
    """The jurés who may be the same person; an agent merges one into this one."""
    ici = {"jure_id": jure_id}
    recus = rassembler(jure=Demande(f"GET {_JURE}", ici), doublons=Demande(f"GET {_JURE}/doublons", ici, entiere=True))
    return Formulaire(
        operation=f"POST {_JURE}/fusion",
        chemin=ici,
        gabarit="jures/doublons.html",
        intitule="Fusionner les deux fiches",
        initial={"version": recus["jure"]["version"]},
        retour=_vers_la_fiche,
        dit="Les deux fiches n’en font plus qu’une.",
        contexte=recus | {"catalogue": catalogue},
        lisible=True,
        complement=absorbe_lu,
        annuler=url_for("web.jure", jure_id=jure_id),
        place=place(recus["jure"]),
    ).repondre()
