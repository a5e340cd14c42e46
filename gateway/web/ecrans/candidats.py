"""Candidates: the list, the page of one of them, his identity."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.wrappers import Response

from commun.schemas.telephones import a_saisir
from gateway.web import catalogue
from gateway.web.appels import (
    Demande,
    demander,
    dernieres_traces,
    par_id,
    permise,
    poser,
    rassembler,
    sinon_rien,
    trouver,
)
from gateway.web.ecrans.sessions import place as la_session
from gateway.web.formulaires import Formulaire, Place, deja_fait
from gateway.web.lecture import absorbe_lu
from gateway.web.lieux import desaccord
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import CIVILITES
from gateway.web.rendu import page
from gateway.web.retours import la_fiche_ou_la_liste, vers
from gateway.web.semblables import Comparaison, coordonnees
from gateway.web.site import site
from gateway.web.textes import jour_court, nom_du_candidat

_CANDIDAT = "/candidats/<candidat_id>"
_NAISSANCE = ("naissance.pays_code", "naissance.code_insee", "naissance.commune")
_IDENTITE = {"nom_naissance": "Nom de naissance", "prenoms": "Prénoms", "date_naissance": "Date de naissance"}
_vers_la_fiche = vers("web.candidat", "candidat_id")


@site.get("/candidats")
def candidats() -> Response:
    """The candidates of the perimeter."""
    return Liste(
        operation="GET /candidats",
        intitule="Candidats",
        nom=("candidat", "candidats"),
        recherche="Nom, prénom ou numéro",
        lignes="candidats/ligne.html",
        colonnes=(
            Colonne("Nom", "nom_naissance"),
            Colonne("Prénoms", "prenoms"),
            Colonne("Naissance", "date_naissance"),
            Colonne("Numéro", "numero"),
            Colonne("Acquis"),
        ),
        filtres=(Filtre("date_naissance", "Né(e) le", genre="date"), *_par_import()),
        export="GET /candidats/export",
        actions=(
            ("Créer un candidat", "/candidats/nouveau", "POST /candidats"),
            ("Importer un fichier", "/candidats/import", "POST /candidats/import"),
            ("Retrouver un candidat", "/candidats/rattachement", "POST /candidats/rattachement"),
        ),
    ).repondre()


def _par_import() -> tuple[Filtre, ...]:
    """An import leads to those who are in its file: the list then says so, and lets go of it."""
    choisi = request.args.get("import_id", "").strip()
    return (Filtre("import_id", "Import", ((choisi, "Ceux de ce fichier"),)),) if choisi else ()


@site.get(_CANDIDAT)
def candidat(candidat_id: str) -> Response:
    """A candidate: his banner, his identity, what he acquired, his sessions of the year, his demandes VAE."""
    ici = {"candidat_id": candidat_id}
    recus = rassembler(
        candidat=Demande(f"GET {_CANDIDAT}", ici),
        bandeau=Demande(f"GET {_CANDIDAT}/bandeau", ici),
        credits=Demande(f"GET {_CANDIDAT}/credits", ici),
        demandes=Demande(f"GET {_CANDIDAT}/demandes-vae", ici, entiere=True),
        attestations=Demande(f"GET {_CANDIDAT}/attestations", ici, entiere=True),
        traces=dernieres_traces(_CANDIDAT, ici),
    )
    return page("candidats/fiche.html", ecrit=permise(f"PATCH {_CANDIDAT}"), catalogue=catalogue, **recus)


@site.route("/candidats/nouveau", methods=["GET", "POST"])
def nouveau_candidat() -> Response:
    """Creates a candidate, for a session where one comes from there."""
    retour, annuler = _chemins()
    s = _session()
    return Formulaire(
        operation="POST /candidats",
        gabarit="candidats/identite.html",
        intitule="Créer un candidat",
        initial=_naissance(),
        retour=retour,
        dit="Le candidat est créé.",
        contexte=_choix() | {"s": s},
        annuler=annuler,
        place=la_session(s) if s else None,
        existants=_semblables,
        comparaison=Comparaison(f"GET {_CANDIDAT}", "candidat_id", _compare),
        a_relire=partial(_lieu_douteux, {"adresse": None}),
    ).repondre()


@site.route(f"{_CANDIDAT}/identite", methods=["GET", "POST"])
def identite_candidat(candidat_id: str) -> Response:
    """Changes a candidate's data; what changes of his identity is shown before it is done (CAN-02)."""
    ici = {"candidat_id": candidat_id}
    faire = partial(
        Formulaire,
        operation=f"PATCH {_CANDIDAT}",
        chemin=ici,
        dit="Les informations du candidat sont enregistrées.",
        retour=la_fiche_ou_la_liste(
            _vers_la_fiche,
            par_id(f"GET {_CANDIDAT}"),
            "web.candidats",
            "Ce candidat n’est plus dans votre territoire : il ne figure plus dans votre liste.",
        ),
    )
    if (actuel := trouver(Demande(f"GET {_CANDIDAT}", ici))) is None:
        return deja_fait(faire)
    return faire(
        gabarit="candidats/identite.html",
        intitule="Modifier le candidat",
        initial=actuel | {"telephone": a_saisir(actuel["telephone"])},
        contexte=_choix() | {"candidat": actuel},
        annuler=url_for("web.candidat", candidat_id=candidat_id),
        place=Place("/candidats", "Candidats", nom_du_candidat(actuel)),
        a_relire=lambda voulu: _changements(actuel, voulu) + _lieu_douteux(actuel, voulu),
    ).repondre()


@site.route("/candidats/rattachement", methods=["GET", "POST"])
def rattacher_candidat() -> Response:
    """Finds, by a complete and exact identity, a candidate whom another centre created."""
    retour, annuler = _chemins()
    return Formulaire(
        operation="POST /candidats/rattachement",
        gabarit="candidats/rattachement.html",
        intitule="Retrouver un candidat",
        initial=_naissance(),
        retour=retour,
        dit="Le candidat est rattaché à votre centre.",
        contexte=_choix() | {"creer": _avec_l_identite("web.nouveau_candidat"), "s": _session()},
        annuler=annuler,
    ).repondre()


@site.route(f"{_CANDIDAT}/doublons", methods=["GET", "POST"])
def doublons_candidat(candidat_id: str) -> Response:
    """The candidates who may be the same person; an agent merges one into this one."""
    recus = poser(Demande(f"GET {_CANDIDAT}/doublons", {"candidat_id": candidat_id}, entiere=True))
    actuel = demander(f"GET {_CANDIDAT}", candidat_id=candidat_id)
    return Formulaire(
        operation=f"POST {_CANDIDAT}/fusion",
        chemin={"candidat_id": candidat_id},
        gabarit="candidats/doublons.html",
        intitule="Fusionner les deux fiches",
        initial={"version": actuel["version"]},
        retour=_vers_la_fiche,
        dit="Les deux fiches n’en font plus qu’une.",
        contexte={"doublons": recus, "candidat": actuel},
        lisible=True,
        complement=absorbe_lu,
        annuler=url_for("web.candidat", candidat_id=candidat_id),
        place=Place("/candidats", "Candidats", nom_du_candidat(actuel)),
    ).repondre()


def _naissance() -> dict[str, Any]:
    """Returns what the form of an identity opens on: the rest of what its address says is added to it."""
    return {"naissance": {"pays_code": request.args.get("naissance.pays_code", "FR")}}


def _avec_l_identite(ecran: str) -> str:
    """Returns the address of a form that takes up the identity typed in this one: what creates the candidate whom a
    search did not find, or looks for the one who may exist."""
    saisie = {nom: v for nom in (*_IDENTITE, *_NAISSANCE) if (v := request.form.get(nom))}
    return f"{url_for(ecran)}?{urlencode({**request.args, **saisie})}"


def _chemins() -> tuple[Callable[[Any], str], str]:
    """Returns where one goes once a candidate is known, and who gives up: in the session that wants him, if any."""
    session_id = request.args.get("session_id")
    if not session_id:
        return _vers_la_fiche, url_for("web.candidats")

    def inscrire(candidat: Any) -> str:
        return url_for("web.inscrire_candidat", session_id=session_id, candidat_id=candidat["id"])

    return inscrire, url_for("web.choisir_candidat", session_id=session_id)


def _session() -> dict[str, Any] | None:
    """Returns the session that wants a candidate, which the page recalls; none where one does not come from there, nor
    where it is out of reach: the candidate is created all the same."""
    session_id = request.args.get("session_id")
    return sinon_rien(Demande("GET /sessions/<session_id>", {"session_id": session_id})) if session_id else None


def _semblables(contexte: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns where to go rather than create again who exists (CAN-04): to his page, or into the session; and, of who
    is out of the perimeter, where a complete identity attaches him."""
    session_id = request.args.get("session_id")
    ailleurs = contexte.get("ailleurs") and permise("POST /candidats/rattachement")
    retrouver = ("Retrouver ce candidat par son identité complète", _avec_l_identite("web.rattacher_candidat"))
    connus = [
        (f"Inscrire {nom}", url_for("web.inscrire_candidat", session_id=session_id, candidat_id=candidat_id))
        if session_id
        else (f"Ouvrir la fiche : {nom}", url_for("web.candidat", candidat_id=candidat_id))
        for nom, candidat_id in zip(contexte.get("noms", ()), contexte.get("ids", ()), strict=False)
    ]
    return [*connus, retrouver] if ailleurs else connus


def _compare(qui: Mapping[str, Any]) -> dict[str, str]:
    """Returns who a candidate is, as one compares him with another; a birth commune typed by its code alone is not
    named yet."""
    lieu = qui["naissance"]["commune"] or qui["naissance"]["code_insee"] or ""
    return {
        "Nom de naissance": qui["nom_naissance"],
        "Nom d’usage": qui.get("nom_usage") or "",
        "Prénoms": qui["prenoms"],
        "Date de naissance": jour_court(qui["date_naissance"]),
        "Lieu de naissance": f"{lieu} ({qui['naissance']['code_insee'] or qui['naissance']['pays_code']})",
        **coordonnees(qui, "telephone"),
    }


def _choix() -> dict[str, Any]:
    return {"civilites": CIVILITES, "pays": catalogue.choix_pays()}


def _changements(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what a form changes of the identity, each with what there was."""
    avant, apres = _identite(actuel), _identite(actuel | _avec_commune(actuel, voulu))
    changes = [mot for mot in avant if avant[mot] != apres[mot]]
    return [{"code": "CAN-02", "message": f"{mot} : {avant[mot]} → {apres[mot]}"} for mot in changes]


def _lieu_douteux(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what is to be read of the address of a form: the service of his home decides on his demandes VAE."""
    return desaccord(voulu.get("adresse"), actuel["adresse"], catalogue.departements())


def _avec_commune(actuel: dict[str, Any], voulu: dict[str, Any]) -> dict[str, Any]:
    """Returns what a form says, the birth commune named where its code alone was left: that names the same one."""
    ne_a, naissait_a = voulu.get("naissance"), actuel["naissance"]
    if not ne_a or ne_a["commune"] or not ne_a["code_insee"] or ne_a["code_insee"] != naissait_a["code_insee"]:
        return voulu
    return voulu | {"naissance": ne_a | {"commune": naissait_a["commune"]}}


def _identite(candidat: dict[str, Any]) -> dict[str, str]:
    """Returns an identity as one reads it."""
    naissance = candidat["naissance"]
    pays, insee = naissance["pays_code"], naissance["code_insee"]
    lieu = (naissance["commune"], f"code INSEE {insee}" if insee else None, catalogue.pays().get(pays, pays))
    lue = {mot: candidat[nom] for nom, mot in _IDENTITE.items()}
    lue["Date de naissance"] = jour_court(candidat["date_naissance"])
    return lue | {"Lieu de naissance": ", ".join(filter(None, lieu))}
