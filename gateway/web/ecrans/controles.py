"""Contrôles: one of them and its follow-up, its form."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from gateway.web import catalogue
from gateway.web.appels import Demande, demander, dernieres_traces, ensemble, etablissement_seul, par_id, poser
from gateway.web.deroulement import debutee
from gateway.web.formulaires import Formulaire
from gateway.web.listes import Colonne, Filtre, Liste, choisi_ailleurs
from gateway.web.mots import choix_parmi, libelle
from gateway.web.rendu import page, qui_suis_je, signataire
from gateway.web.retours import vers
from gateway.web.site import site
from gateway.web.textes import dates_courtes

_CONTROLE = "/controles/<controle_id>"
TYPES = choix_parmi("sur_place", "sur_pieces")
CONCLUSIONS = choix_parmi("conforme", "avec_reserves", "non_conforme")
ETATS = choix_parmi("ouvert", "en_retard", "a_suivre", "clos")
_vers_la_fiche = vers("web.controle", "controle_id")


@site.get("/controles")
def controles_du_perimetre() -> Response:
    """The contrôles of the perimeter: what has been seen, and whose follow-up is awaited."""
    return Liste(
        operation="GET /controles",
        intitule="Contrôles",
        nom=("contrôle", "contrôles"),
        recherche="Établissement, contrôleur, observations…",
        lignes="controles/ligne.html",
        colonnes=(
            Colonne("Contrôle", "date"),
            Colonne("Établissement"),
            Colonne("Contrôleur"),
            Colonne("Conclusion", "conclusion"),
            Colonne("Suites", "echeance"),
        ),
        filtres=(
            Filtre("etat", "Suites", ETATS, tous="Toutes"),
            Filtre("conclusion", "Conclusion", CONCLUSIONS, tous="Toutes"),
            Filtre("departement", "Département", catalogue.choix_departements()),
            *_par_session(),
        ),
    ).repondre(gabarit="controles/liste.html", partout=True)


def _par_session() -> tuple[Filtre, ...]:
    """The session from whose page one comes."""
    lire = par_id("GET /sessions/<session_id>")
    return choisi_ailleurs("session_id", "Session", lire, "numero", "Session choisie", tous="Toutes")


@site.get(_CONTROLE)
def controle(controle_id: str) -> Response:
    """A contrôle, what followed, what was done."""
    ici = {"controle_id": controle_id}
    recus = ensemble(controle=Demande(f"GET {_CONTROLE}", ici), traces=dernieres_traces(_CONTROLE, ici))
    return page("controles/fiche.html", etablissement=_chez(recus["controle"]), **recus)


@site.route("/etablissements/<etablissement_id>/controles/nouveau", methods=["GET", "POST"])
def nouveau_controle(etablissement_id: str) -> Response:
    """Enters a contrôle that was made."""
    d_ou, moi = request.args.get("session_id"), qui_suis_je()["nom"]
    fiche = url_for("web.etablissement", etablissement_id=etablissement_id)
    chez = _chez({"etablissement_id": etablissement_id})
    return Formulaire(
        operation="POST /etablissements/<etablissement_id>/controles",
        chemin={"etablissement_id": etablissement_id},
        gabarit="controles/formulaire.html",
        intitule="Enregistrer un contrôle",
        initial={"controleur": moi},
        complement=_au_nom_de(moi, None),
        retour=_vers_la_fiche,
        dit="Le contrôle est enregistré.",
        contexte=_choix(etablissement_id, {}) | {"etablissement": chez},
        annuler=url_for("web.session", session_id=d_ou) if d_ou else fiche,
    ).repondre()


@site.route(f"{_CONTROLE}/modification", methods=["GET", "POST"])
def modifier_controle(controle_id: str) -> Response:
    """Corrects a contrôle."""
    actuel = demander(f"GET {_CONTROLE}", controle_id=controle_id)
    nomme = signataire(actuel["controleur"])
    return Formulaire(
        operation=f"PATCH {_CONTROLE}",
        chemin={"controle_id": controle_id},
        gabarit="controles/formulaire.html",
        intitule="Corriger le contrôle",
        initial=actuel | {"controleur": nomme},
        complement=_au_nom_de(nomme, actuel["controleur"]),
        retour=_vers_la_fiche,
        dit="Le contrôle est corrigé.",
        contexte=_choix(actuel["etablissement_id"], actuel) | {"etablissement": _chez(actuel), "controle": actuel},
        annuler=url_for("web.controle", controle_id=controle_id),
    ).repondre()


@site.route(f"{_CONTROLE}/suites", methods=["GET", "POST"])
def donner_suite(controle_id: str) -> Response:
    """Adds a step to the follow-up of a contrôle."""
    actuel = demander(f"GET {_CONTROLE}", controle_id=controle_id)
    return Formulaire(
        operation=f"POST {_CONTROLE}/suites",
        chemin={"controle_id": controle_id},
        gabarit="controles/suite.html",
        intitule="Donner une suite",
        retour=_vers_la_fiche,
        dit="La suite est enregistrée.",
        contexte={"controle": actuel, "etablissement": _chez(actuel)},
        annuler=url_for("web.controle", controle_id=controle_id),
    ).repondre()


def _au_nom_de(nomme: str, signe: str | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Has the controller kept as who signs so, by whom lists find him, where he is named as he was shown."""
    return lambda corps: corps | {"controleur": signe} if corps.get("controleur") == nomme else corps


def _chez(controle: dict[str, Any]) -> Any:
    return poser(etablissement_seul(controle["etablissement_id"]))


def _choix(etablissement_id: str, actuel: dict[str, Any]) -> dict[str, Any]:
    """Returns what the form offers: types, conclusions, the établissement's last sessions, each with where it stands,
    those that had begun before those to come, the one from whose page one comes, and the one there is."""
    filtres = {"etablissement": etablissement_id, "par_page": 100, "actions": "false"}
    dernieres = demander("GET /sessions", filtres=filtres)["elements"]
    d_ou = request.args.get("session_id")
    if d_ou and d_ou not in {s["id"] for s in dernieres}:
        dernieres.append(demander("GET /sessions/<session_id>", session_id=d_ou))
    sessions = {
        s["id"]: f"{s['numero']}, {dates_courtes(s)} ({libelle(s['etat']).lower()})"
        for s in sorted(dernieres, key=lambda s: not debutee(s))
    }
    if deja := actuel.get("session_id"):
        sessions.setdefault(deja, actuel["session"] or "La session actuelle")
    return {
        "types": TYPES,
        "conclusions": CONCLUSIONS,
        "sessions": list(sessions.items()),
    }
