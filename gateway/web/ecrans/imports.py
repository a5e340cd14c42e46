"""A file of candidates: tried first, every line at fault shown, then imported, all or nothing."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from commun.domain.errors import ConfirmationRequise, Invalide, Refus
from gateway.web import lecture
from gateway.web.appels import demander, exiger
from gateway.web.ecrans.session_candidats import (
    MOTIFS,
    parcours_possibles,
    peut_finir_en_prolongation,
    session_et_echeances,
    vae_seule,
)
from gateway.web.etat import REPRISE, Etat, a_l_essai, fichier_essaye, recu
from gateway.web.rendu import page
from gateway.web.site import site

_IMPORTER = "POST /candidats/import"


@site.route("/candidats/import", methods=["GET", "POST"])
def import_candidats() -> Response:
    """Imports a file of candidates; the first sending only tries it."""
    exiger(_IMPORTER)
    session_id = request.values.get("session_id", "")
    pour = _pour(session_id)
    if request.method != "POST":
        parcours = next((valeur for valeur, _ in pour["parcours"]), "formation")
        depart: lecture.Saisie = MultiDict({"parcours": parcours, "session_id": session_id})
        return _montrer(Etat(depart), pour)
    etat = recu()
    if REPRISE in etat.valeurs and not etat.valeur("contenu"):
        etat.erreurs = {"fichier": ["Choisissez de nouveau votre fichier : seul le reste de votre saisie a été gardé."]}
        return _montrer(etat, pour)
    essai = a_l_essai(etat)
    corps: dict[str, Any] = {}
    try:
        corps = _corps(etat, essai=essai)
        bilan = demander(_IMPORTER, corps=corps, cle=None if essai else etat.cle)
    except Refus as refus:
        return _refuser(etat, pour, corps, refus)
    if essai:
        return _montrer(etat, pour, bilan=bilan, corps=corps)
    flash(_phrase(bilan), "success")
    ceux_la = url_for("web.candidats", import_id=bilan["import_id"])
    retour = url_for("web.session", session_id=session_id) if session_id else ceux_la
    return redirect(retour, 303)


def _corps(etat: Etat, *, essai: bool) -> dict[str, Any]:
    """Returns the body of the call.

    Raises:
        Invalide: the file just sent is too large.
    """
    corps: dict[str, Any] = {"essai": essai, "confirmer": etat.valeurs.getlist("confirmer")}
    corps |= fichier_essaye(_IMPORTER, etat)
    return corps | {cle: v for cle in ("session_id", "parcours", "motif_prolongation") if (v := etat.valeur(cle))}


def _refuser(etat: Etat, pour: dict[str, Any], corps: dict[str, Any], refus: Refus) -> Response:
    clair = refus.en_clair()
    if clair["code"] == ConfirmationRequise.code:
        etat.valeurs.setlist("confirmer", [m["code"] for m in clair["avertissements"]])
        bilan = clair["contexte"]
        return _montrer(etat, pour, 409, bilan=bilan, corps=corps, avertissements=clair["avertissements"])
    if clair["statut"] == Invalide.statut and "refus" in (clair.get("contexte") or {}):
        return _montrer(etat, pour, 422, bilan=clair["contexte"], detail=clair["detail"])
    if clair["statut"] == Invalide.statut:
        etat.erreurs = lecture.aplatir(clair.get("erreurs") or {}, etat.valeurs)
        if trop := etat.erreurs.pop("candidats", None):  # what the session says of all its lines
            etat.erreurs["fichier"] = trop
        return _montrer(etat, pour, 422)
    raise refus


def _pour(session_id: str) -> dict[str, Any]:
    """Returns the session in which a file registers its candidates, and by what they may enter it."""
    if not session_id:
        return {"session": None, "parcours": ()}
    session, echeances = session_et_echeances(session_id)
    return {
        "session": session,
        "parcours": parcours_possibles(session, echeances),
        "vae_seule": vae_seule(session, echeances),
        "motifs": MOTIFS if peut_finir_en_prolongation(session) else (),
    }


def _montrer(etat: Etat, pour: dict[str, Any], statut: int = 200, **autres: Any) -> Response:
    return page("candidats/import.html", statut, f=etat, **pour, **autres)


def _phrase(bilan: dict[str, Any]) -> str:
    mots = {"importes": "créé", "rattaches": "rattaché", "deja_connus": "déjà connu", "inscrits": "inscrit"}
    dits = [f"{bilan[nom]} {mot}{'s' * (bilan[nom] > 1)}" for nom, mot in mots.items() if bilan[nom]]
    return f"Le fichier est importé. Candidats : {', '.join(dits) or 'aucun changement'}."
