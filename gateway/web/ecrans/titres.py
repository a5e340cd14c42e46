"""Titres professionnels: the list, one of them, its form."""

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from commun import clock
from commun.domain.referentiel import Titre, prolongation_par_defaut
from gateway.appel import date_simulee
from gateway.web import catalogue
from gateway.web.appels import demander
from gateway.web.formulaires import Formulaire, Place
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import libelle
from gateway.web.rendu import page
from gateway.web.retours import vers
from gateway.web.site import site
from gateway.web.textes import jour

_TITRE = "/titres/<code>"
_FAMILLES = {"ccps": "CCP retiré", "ccs": "CCS retiré"}
_SUITE = "Les habilitations, les agréments et les sessions de ce titre se jugent aussitôt par ces dates."
_SANS_EUX = (
    "Ce qui est retiré ne compte plus pour ce titre : une session à venir, une habilitation ou un agrément qui porte "
    "dessus ne s’y accorde plus."
)
_AVEC_EUX = (
    "Un titre s’obtient avec tous ses CCP : une session de titre à venir est alertée tant qu’elle n’examine pas ce qui "
    "s’ajoute, et aucune habilitation déjà donnée ne le comprend."
)
_UN_SEUL_TITRE = (
    "Un CCP n’est que d’un titre, et les pages le nomment par son code : donnez à celui-ci le sien. Ce qu’un titre "
    "reprend d’un titre antérieur se dit par leurs correspondances."
)
_PARTOUT = "Un CCS n’a qu’un intitulé : il change pour tous les titres qu’il complète."
SITUATIONS = (
    ("en_cours", "En cours de validité"),
    ("en_prolongation", "En prolongation"),
    ("hors_delai", "Hors délai"),
)
_vers_la_fiche = vers("web.titre", "code", "code")


@site.get("/titres")
def titres() -> Response:
    """The titres professionnels."""
    return Liste(
        operation="GET /titres",
        intitule="Titres professionnels",
        nom=("titre", "titres"),
        recherche="Intitulé ou code",
        lignes="titres/ligne.html",
        colonnes=(
            Colonne("Intitulé", "intitule"),
            Colonne("Code", "code"),
            Colonne("Niveau", "niveau"),
            Colonne("CCP"),
            Colonne("Fin de vie", "date_fin_de_vie"),
            Colonne("Situation"),
        ),
        filtres=(Filtre("situation", "Situation", SITUATIONS),),
        actions=(("Créer un titre", "/titres/nouveau", "POST /titres"),),
    ).repondre()


@site.get(_TITRE)
def titre(code: str) -> Response:
    """A titre, its CCPs and CCSs, the earlier titres whose CCPs they stand for, and those that took over its own."""
    lu = demander(f"GET {_TITRE}", code=code)
    successeurs = [t for t in catalogue.titres().values() if _reprend(t, code)]
    return page("titres/fiche.html", titre=lu, catalogue=catalogue, successeurs=successeurs)


@site.route("/titres/nouveau", methods=["GET", "POST"])
def nouveau_titre() -> Response:
    """Creates a titre."""
    return Formulaire(
        operation="POST /titres",
        gabarit="titres/formulaire.html",
        intitule="Créer un titre",
        retour=_vers_la_fiche,
        dit="Le titre est créé.",
        a_relire=_ce_qui_se_confond,
        annuler=url_for("web.titres"),
    ).repondre()


@site.route(f"{_TITRE}/modification", methods=["GET", "POST"])
def modifier_titre(code: str) -> Response:
    """Changes a titre; dates that change and what it loses are shown before: all that rests on it follows at once."""
    actuel = demander(f"GET {_TITRE}", code=code)
    return Formulaire(
        operation=f"PATCH {_TITRE}",
        chemin={"code": code},
        gabarit="titres/formulaire.html",
        intitule="Modifier le titre",
        initial=_sans_la_calculee(actuel),
        retour=_vers_la_fiche,
        dit="Le titre est enregistré.",
        contexte={"titre": actuel},
        annuler=url_for("web.titre", code=code),
        place=Place("/titres", "Titres", actuel["intitule"]),
        a_relire=partial(_ce_qui_change, actuel),
    ).repondre()


def _sans_la_calculee(titre: dict[str, Any]) -> dict[str, Any]:
    """Returns a titre as its form shows it: a prolongation that is the one that follows its end of life is left out."""
    vie, prolongation = _echeances(titre)
    return titre | {"date_fin_prolongation": None} if _suit(vie, prolongation) else titre


def _echeances(titre: dict[str, Any]) -> tuple[date | None, ...]:
    """Returns the end of life of a titre, and the end of its prolongation."""
    dites = (titre[nom] for nom in ("date_fin_de_vie", "date_fin_prolongation"))
    return tuple(date.fromisoformat(str(dite)) if dite else None for dite in dites)


def _suit(fin_de_vie: date | None, prolongation: date | None) -> bool:
    """Returns whether the end of a prolongation is that of a titre for which the mission sets none."""
    return fin_de_vie is not None and prolongation == prolongation_par_defaut(fin_de_vie)


def _ce_qui_change(actuel: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what a form changes that rights rest on, each with what there was: a year mistyped, a line emptied or
    filled, end some in all the country."""
    apres = actuel | voulu
    etaient, (vie, prolongation) = _echeances(actuel), _echeances(apres)
    if prolongation == etaient[1] and _suit(*etaient):
        prolongation = None  # sent back as it was computed, it sets none
    restent = {nom: {c["code"] for c in apres[nom]} for nom in _FAMILLES}
    est = Titre("", "", date_fin_de_vie=vie, date_fin_prolongation=prolongation)
    lues = zip(("Fin de vie", "Fin de prolongation"), etaient, (vie, est.fin_prolongation), strict=True)
    changees = [f"{mot} : {jour(a) or 'aucune'} → {jour(b) or 'aucune'}." for mot, a, b in lues if a != b]
    if (situation := est.situation(clock.jour(date_simulee()))) != actuel["situation"]:
        changees.append(f"Dès aujourd’hui : {libelle(actuel['situation'])} → {libelle(situation)}.")
    retires = [
        f"{mot} : {c['intitule']} ({c['code']})."
        for nom, mot in _FAMILLES.items()
        for c in actuel[nom]
        if c["code"] not in restent[nom]
    ]
    deja = {c["code"] for c in actuel["ccps"]}
    ajoutes = [f"CCP de plus : {c['intitule']} ({c['code']})." for c in apres["ccps"] if c["code"] not in deja]
    dites = {"echeances": (changees, _SUITE), "retraits": (retires, _SANS_EUX), "ajouts": (ajoutes, _AVEC_EUX)}
    return _a_lire(dites | _pris_ailleurs(apres, deja))


def _renommes(voulu: dict[str, Any]) -> list[str]:
    """Returns the CCSs that a form names otherwise than the titres that have them already."""
    connus = catalogue.ccs()
    avant = [(c, connus[c["code"]]["intitule"]) for c in voulu["ccs"] if c["code"] in connus]
    return [f"CCS {c['code']} : {nom} → {c['intitule']}." for c, nom in avant if nom != c["intitule"]]


def _pris_ailleurs(voulu: dict[str, Any], deja: Collection[str] = ()) -> dict[str, tuple[list[str], str]]:
    """Returns what a titre takes of the others: a CCS that it renames, as the code of another, typed for its own,
    would; the code of one of their CCPs, which who copies the titre that he revises may leave. `deja`: those that it
    had."""
    nouveaux = {c["code"] for c in voulu["ccps"]} - {*deja}
    communs = [
        f"CCP {c['code']} : déjà « {c['intitule']} », du titre {t['intitule']} ({t['code']})."
        for t in catalogue.titres().values()
        for c in t["ccps"]
        if c["code"] in nouveaux and t["code"] != voulu.get("code")
    ]
    return {"ccps": (communs, _UN_SEUL_TITRE), "ccs": (_renommes(voulu), _PARTOUT)}


def _ce_qui_se_confond(voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns what a new titre takes of the others."""
    return _a_lire(_pris_ailleurs(voulu))


def _a_lire(dites: dict[str, tuple[list[str], str]]) -> list[dict[str, str]]:
    """Returns what is to be confirmed, by code: the facts, if any, and what follows from them."""
    return [{"code": code, "message": m} for code, (faits, suite) in dites.items() if faits for m in (*faits, suite)]


def _reprend(titre: dict[str, Any], code: str) -> bool:
    return any(c["ancien_titre_code"] == code for c in titre["correspondances"])
