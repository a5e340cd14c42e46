"""The candidates of a session: who enters, by which parcours, who leaves."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from commun.domain.textes import de
from commun.domain.vae import DemandeVae
from gateway.web import catalogue
from gateway.web.actes import Acte, agir
from gateway.web.appels import Demande, demander, ensemble
from gateway.web.ecrans.sessions import SESSION, inscrit, place, previent
from gateway.web.formulaires import Formulaire
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import choix_parmi
from gateway.web.site import site
from gateway.web.textes import jour, jour_court, nom_du_candidat, noms_des_candidats, possibles

_PARCOURS = choix_parmi("formation", "capitalisation", "vae")
_CONVOQUEE = "convoquee"
MOTIFS = (
    ("echec", "Échec à une session précédente"),
    ("reussite_partielle", "Réussite partielle à une session précédente"),
    ("formation_commencee", "Formation commencée avant la fin de vie du titre"),
)
_DESINSCRIRE = Acte(
    f"DELETE {SESSION}/candidats/<candidat_id>", "Désinscrire le candidat", "Le candidat n’est plus inscrit."
)
_SANS_RETOUR = (
    "Les convocations sont éditées : ce candidat ne pourra plus être inscrit à cette session{vae}. S’il ne "
    "fait que manquer l’examen, laissez-le inscrit : les résultats diront si son absence est excusée."
)


@site.get(f"{SESSION}/candidats")
def choisir_candidat(session_id: str) -> Response:
    """The candidates whom a session may take."""
    s, echeances = session_et_echeances(session_id)
    return Liste(
        operation="GET /candidats",
        intitule="Inscrire un candidat",
        nom=("candidat", "candidats"),
        recherche="Nom, prénom, numéro…",
        colonnes=(
            Colonne("Candidat", "nom_naissance"),
            Colonne("Né(e) le", "date_naissance"),
            Colonne("Numéro", "numero"),
            Colonne("Action"),
        ),
        filtres=(Filtre("date_naissance", "Né(e) le", genre="date"),),
        lignes="sessions/candidat_possible.html",
        vide="Votre centre n’a pas encore de candidat : créez-le d’abord.",
        sans_resultat="Aucun candidat ne correspond. Vérifiez l’orthographe, ou créez le candidat d’abord.",
        filtres_enregistres=False,
    ).repondre(
        "sessions/choix.html",
        s=s,
        inscrits={c["candidat_id"] for c in s["candidats"]},
        quoi=vae_seule(s, echeances),
    )


@site.route(f"{SESSION}/candidats/inscription", methods=["GET", "POST"])
def inscrire_candidat(session_id: str) -> Response:
    """Registers a candidate: his parcours, and what it asks for."""
    candidat_id = request.values.get("candidat_id", "")
    choisir = url_for("web.choisir_candidat", session_id=session_id)
    if not candidat_id:
        return redirect(choisir, 303)
    s, echeances = session_et_echeances(session_id)
    lui = {"candidat_id": candidat_id}
    recus = ensemble(
        candidat=Demande("GET /candidats/<candidat_id>", lui),
        credits=Demande(
            "GET /candidats/<candidat_id>/credits", lui, {"debut": s["date_debut"], "titre": s["titre_code"]}
        ),
        demandes=Demande("GET /candidats/<candidat_id>/demandes-vae", lui, {"par_page": 200}),
    )
    fiche = url_for("web.session", session_id=session_id, _anchor="candidats")
    nom, parcours = nom_du_candidat(recus["candidat"]), parcours_possibles(s, echeances)
    return Formulaire(
        operation=f"POST {SESSION}/candidats",
        chemin={"session_id": session_id},
        gabarit="sessions/inscription.html",
        intitule=f"Inscrire {nom}",
        initial={**lui, "parcours": parcours[0][0]},
        retour=lambda _: choisir if request.form.get("_suite") else fiche,
        dit=f"Inscription à la session enregistrée : {nom}.",
        contexte={
            "s": s,
            "candidat": recus["candidat"],
            "credits": recus["credits"],
            "recevables": (recevables := [d for d in recus["demandes"]["elements"] if d["etat"] == "recevable"]),
            "demandes": [(d["id"], _demande_en_mots(d)) for d in recevables if _ouvre(d, s)],
            "parcours": parcours,
            "vae_seule": vae_seule(s, echeances),
            "motifs": MOTIFS if peut_finir_en_prolongation(s) else (),
        },
        annuler=choisir,
    ).repondre()


@site.route(f"{SESSION}/candidats/<candidat_id>/modification", methods=["GET", "POST"])
def modifier_inscription(session_id: str, candidat_id: str) -> Response:
    """Changes why a candidate may still come, and who trained him."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    lui = inscrit(s, "candidats", candidat_id)
    nom, fiche = _nom(s, lui), url_for("web.session", session_id=session_id, _anchor="candidats")
    exige = peut_finir_en_prolongation(s)
    return Formulaire(
        operation=f"PATCH {SESSION}/candidats/<candidat_id>",
        chemin={"session_id": session_id, "candidat_id": candidat_id},
        gabarit="sessions/inscription_modifiee.html",
        intitule=f"Modifier l’inscription {de(nom)}",
        initial={nom: lui[nom] for nom in ("motif_prolongation", "formateurs")} | {"version": s["version"]},
        dit=f"Inscription modifiée : {nom}.",
        contexte={
            "s": s,
            "inscription": lui,
            "motifs": MOTIFS if lui["motif_prolongation"] or exige else (),
            "motif_exige": exige,
        },
        annuler=fiche,
    ).repondre()


@site.route(f"{SESSION}/candidats/<candidat_id>/desinscription", methods=["GET", "POST"])
def desinscrire_candidat(session_id: str, candidat_id: str) -> Response:
    """Takes a candidate out of a session."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    fiche = url_for("web.session", session_id=session_id, _anchor="candidats")
    faire = partial(agir, place=place(s), annuler=fiche, session_id=session_id, candidat_id=candidat_id)
    nom = _nom(s, inscrit(s, "candidats", candidat_id, partial(faire, _DESINSCRIRE)))
    vae = "" if s["type"] == "CCS" else ", sauf par la VAE"
    acte = replace(
        _DESINSCRIRE,
        intitule=f"Désinscrire {nom}",
        dit=f"Inscription retirée : {nom}.",
        explication=f"{prevenu} {_SANS_RETOUR.format(vae=vae)}" if (prevenu := previent(s, nom)) else "",
    )
    return faire(acte)


def _nom(s: dict[str, Any], inscription: dict[str, Any]) -> str:
    return noms_des_candidats(s["candidats"])[inscription["candidat_id"]]


def _ouvre(d: dict[str, Any], s: dict[str, Any]) -> bool:
    """Returns whether a demande recevable lets into a session, as INS-07 will judge: nobody chooses another in vain."""
    demande, debut = DemandeVae.dite(d, d["candidat_id"]), date.fromisoformat(s["date_debut"])
    return demande.ouvre(s["type"], s["titre_code"], set(s["ccp_codes"]), debut)


def _demande_en_mots(d: dict[str, Any]) -> str:
    porte_sur = ", ".join(map(catalogue.intitule, d["ccp_codes"])) or "titre entier"
    fin = jour_court(d["recevable_jusqu_au"])
    return f"{catalogue.intitule(d['titre_code'])} ({porte_sur}), valable jusqu’au {fin}"


def session_et_echeances(session_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns a session that takes candidates, and its deadlines."""
    ici = {"session_id": session_id}
    recus = ensemble(s=Demande(f"GET {SESSION}", ici), echeances=Demande(f"GET {SESSION}/echeances", ici))
    return recus["s"], recus["echeances"]


def parcours_possibles(s: dict[str, Any], echeances: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the parcours by which one comes to a session: no demande VAE is for a CCS (INS-07)."""
    if s["type"] == "CCS":
        return [choix for choix in _PARCOURS if choix[0] != "vae"]
    return [choix for choix in _PARCOURS if not _close(s, echeances) or choix[0] == "vae"]


def vae_seule(s: dict[str, Any], echeances: dict[str, Any]) -> str:
    """Returns why a session takes VAE candidates alone (INS-03); nothing where it takes others, or nobody."""
    if s["type"] == "CCS" or not (_close(s, echeances) and "inscrire_candidat" in possibles(s)):
        return ""
    eux = "seul un candidat VAE, dont la demande est recevable, peut encore être inscrit."
    if s["etat"] == _CONVOQUEE:
        return f"Les convocations sont éditées : {eux} Sa convocation part aussitôt."
    return f"Le dernier jour d’inscription, le {jour(echeances['inscription'])}, est passé : {eux}"


def _close(s: dict[str, Any], echeances: dict[str, Any]) -> bool:
    """Returns whether a session takes no candidate any more but by the VAE: INS-01, SES-05."""
    return s["etat"] == _CONVOQUEE or (echeances["inscription"] or echeances["jour"]) < echeances["jour"]


def peut_finir_en_prolongation(s: dict[str, Any]) -> bool:
    """Whether a candidate must say why he may still come (SES-02), but where the titre is hors délai by then."""
    fin_de_vie = catalogue.fin_de_vie(s["titre_code"])
    return s["type"] != "CCS" and fin_de_vie is not None and s["date_fin"] > fin_de_vie
