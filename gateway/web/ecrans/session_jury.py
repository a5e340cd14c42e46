"""The jury of a session: who may sit, who enters, who takes whose place, who leaves."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from commun.domain.referentiel import TypeProfil
from gateway.web import catalogue
from gateway.web.actes import Acte, agir
from gateway.web.appels import demander
from gateway.web.ecrans.sessions import SESSION, inscrit, place, previent
from gateway.web.etat import REPRISE
from gateway.web.formulaires import Douceur, Formulaire
from gateway.web.listes import Colonne, Liste
from gateway.web.site import site
from gateway.web.textes import jour, nom_du_jure

_JURE = f"{SESSION}/jures/<jure_id>"
_RETIRER = Acte(
    f"DELETE {_JURE}",
    "Retirer un juré",
    "Le juré est retiré du jury.",
    plutot="Pour garder un jury complet, remplacez-le plutôt.",
)


@site.route(f"{SESSION}/jures", methods=["GET", "POST"])
def inscrire_jure(session_id: str) -> Response:
    """Registers one of the jurés who may sit."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    return _choisir(
        s,
        Formulaire(
            operation=f"POST {SESSION}/jures",
            chemin={"session_id": session_id},
            gabarit="sessions/refus_du_choix.html",
            intitule="Inscrire un juré",
            dit="Le juré est inscrit au jury.",
            annuler=_jury(session_id),
            contexte={"s": s},
        ),
        bouton="Inscrire",
        suites=_convoque(s),
    )


@site.route(f"{_JURE}/remplacement", methods=["GET", "POST"])
def remplacer_jure(session_id: str, jure_id: str) -> Response:
    """Puts another juré in the place of this one."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    forme = Formulaire(
        operation=f"POST {_JURE}/remplacement",
        chemin={"session_id": session_id, "jure_id": jure_id},
        gabarit="sessions/refus_du_choix.html",
        intitule="Remplacer un juré",
        dit="Remplacement enregistré.",
        annuler=_jury(session_id),
        contexte={"s": s},
    )
    nom = nom_du_jure(inscrit(s, "jures", jure_id, forme.repondre))
    return _choisir(
        s,
        replace(forme, intitule=f"Remplacer {nom}", dit=f"Remplacement enregistré : {nom} quitte le jury."),
        bouton="Choisir",
        suites=f"{previent(s, nom)} {_convoque(s)}",
    )


@site.route(f"{_JURE}/retrait", methods=["GET", "POST"])
def retirer_jure(session_id: str, jure_id: str) -> Response:
    """Takes a juré out of the jury."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    faire = partial(agir, place=place(s), annuler=_jury(session_id), session_id=session_id, jure_id=jure_id)
    nom = nom_du_jure(inscrit(s, "jures", jure_id, partial(faire, _RETIRER)))
    acte = replace(_RETIRER, intitule=f"Retirer {nom} du jury", explication=previent(s, nom))
    remplacer = url_for("web.remplacer_jure", session_id=session_id, jure_id=jure_id)
    return faire(acte, douceur=Douceur(_RETIRER.plutot, "Choisir un remplaçant", remplacer))


def _convoque(s: dict[str, Any]) -> str:
    """Returns what becomes at once of who enters a jury; nothing where nobody is called yet."""
    return "Qui est choisi est convoqué aussitôt, par courriel si son adresse est connue." if s["convocations"] else ""


def _choisir(s: dict[str, Any], forme: Formulaire, bouton: str, suites: str) -> Response:
    """Answers a GET with those who may sit, the nearest first; a POST with what became of the choice.

    Args:
        suites: the mails that leave at the choice.
    """
    if request.method == "POST" and REPRISE not in request.form:
        return forme.repondre()
    return Liste(
        operation=f"GET {SESSION}/jures-possibles",
        chemin={"session_id": s["id"]},
        intitule=forme.intitule,
        nom=("juré peut siéger", "jurés peuvent siéger"),
        recherche="Nom, prénom, commune…",
        colonnes=(
            Colonne("Juré", "nom"),
            Colonne("Département", "eloignement"),
            Colonne("Habilité sur"),
            Colonne("Action"),
        ),
        lignes="sessions/jure_possible.html",
        vide="Aucun autre juré n’est habilité sur cette certification pendant toute la session.",
        sans_resultat=f"Aucun juré qui peut siéger ne répond à cette recherche.{_qui_le_sait()}",
        filtres_enregistres=False,
    ).repondre(
        "sessions/choix.html",
        s=s,
        bouton=bouton,
        catalogue=catalogue,
        quoi="Ces jurés sont actifs et habilités pendant toute la session, les plus proches d’abord. "
        f"{_s_il_en_manque(s)} {suites}",
    )


def _qui_le_sait() -> str:
    """Returns whom a centre asks, of those whose file it may not open: of these it is told nothing."""
    if g.acteur.type is not TypeProfil.CENTRE:
        return ""
    return " D’un juré que vous ne pouvez pas consulter, l’unité départementale sait s’il est habilité, et quand."


def _s_il_en_manque(s: dict[str, Any]) -> str:
    """Returns who habilite others, and from when: nobody is past the end of life of a titre en cours (HAB-10)."""
    titre = _titre_du_jury(s)
    fin_de_vie = titre["date_fin_de_vie"] if titre["situation"] == "en_cours" else None
    if fin_de_vie is None or s["date_fin"] <= fin_de_vie:
        return "S’il en manque, l’unité départementale peut en habiliter d’autres."
    return (
        f"Aucune habilitation ne dépasse la fin de vie du titre, le {jour(fin_de_vie)}, tant qu’il est en cours : "
        "l’unité départementale pourra en habiliter d’autres ensuite."
    )


def _titre_du_jury(s: dict[str, Any]) -> dict[str, Any]:
    """Returns the titre whose end of life bounds whoever sits in a session: its own, or the only one that its CCS
    completes; of several, one may let sit whom another does not."""
    codes = [s["titre_code"]] if s["type"] != "CCS" else catalogue.ccs().get(s["ccs_code"], {}).get("titres", [])
    connu = catalogue.titres().get(codes[0]) if len(codes) == 1 else None
    return connu or {"situation": None}


def _jury(session_id: str) -> str:
    return url_for("web.session", session_id=session_id, _anchor="jury")
