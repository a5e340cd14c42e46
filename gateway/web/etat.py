"""What a form holds: what was typed, what is said of it, and what its page must send back."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from commun.db import nouvel_id
from gateway.web import lecture, surete
from gateway.web.appels import fichier_recu

CLE, VERSION, AJOUTER, REPRISE = "_cle", "_version", "_ajouter", "_reprise"
"""Fields of a form that are no part of what it says. `_version`: that of what was read before it was sent; `_ajouter`:
the list that it wants one more line of; `_reprise`: it is shown again as it was typed, and asks for nothing yet."""
VUE = "vue"
"""What the address of an act's page says of the page that led there: the version that was read in it."""
TECHNIQUES = (surete.JETON, CLE, VERSION, "confirmer")


@dataclass
class Etat:
    """What a form shows: its values, the messages of its fields, what no field alone is to blame for."""

    valeurs: lecture.Saisie
    cle: str = field(default_factory=nouvel_id)
    version: int | None = None
    erreurs: dict[str, list[str]] = field(default_factory=dict)
    refus: tuple[str, ...] = ()
    ailleurs: dict[str, list[str]] | None = None
    """Where somebody else changed it meanwhile: what is kept now, by field, where the form says otherwise."""
    noms: dict[str, str] = field(default_factory=dict)
    """The words of each field, once its page has been drawn."""

    def nommer(self, nom: str, libelle: str) -> str:
        """Notes the words of a field; for a template, where it writes nothing."""
        self.noms[nom] = libelle
        return ""

    def valeur(self, nom: str) -> str:
        """Returns what a field holds, an empty text where it is not there."""
        return self.valeurs.get(nom, "")

    def coche(self, nom: str, valeur: Any) -> bool:
        """Returns whether a box, or a choice, of this value is ticked."""
        return str(valeur) in self.valeurs.getlist(nom)

    def rangs(self, nom: str, minimum: int = 1) -> range:
        """Returns the ranks of the lines of a list inside the form, `minimum` at least.

        No line of ours has a rank above the number of their fields: one that says it would have as many drawn.
        """
        presents = lecture.rangs_de(self.valeurs, nom)
        return range(max([minimum, *(r + 1 for r in presents if r < len(presents))]))

    @property
    def en_erreur(self) -> bool:
        return bool(self.erreurs or self.refus)


def rendre_les_lignes(garde: lecture.Saisie, etat: Etat) -> None:
    """Puts the lines that somebody else added meanwhile into a form where they have no place yet, or an empty one: a
    list is sent whole, and would take them away."""
    dits = [nom for nom, valeur in etat.valeurs.items(multi=True) if valeur.strip() or nom.endswith("~")]
    for nom in garde:
        ligne = re.match(r"(.+-)\d+\.", nom)
        if ligne:  # of a list that this form shows
            manque = any(n.startswith(ligne[1]) for n in etat.valeurs) and not any(n.startswith(ligne[0]) for n in dits)
        else:
            manque = "[" in nom and nom not in dits and f"{nom}~" not in dits
        if manque:
            etat.valeurs.setlist(nom, garde.getlist(nom))


def ce_qui_differe(garde: lecture.Saisie, etat: Etat) -> dict[str, list[str]]:
    """Returns what is kept now, by field of the form that says otherwise."""
    dits = {nom.removesuffix("~") for nom in etat.valeurs} & garde.keys()
    return {nom: garde.getlist(nom) for nom in sorted(dits) if _dit(garde, nom) != _dit(etat.valeurs, nom)}


def _dit(valeurs: lecture.Saisie, nom: str) -> list[str]:
    return sorted(v.replace("\r\n", "\n").strip() for v in valeurs.getlist(nom) if v.strip())


def recu() -> Etat:
    """Returns the form that this request sent."""
    recues: lecture.Saisie = MultiDict(request.form)
    version = recues.get(VERSION, "")
    cle = recues.get(CLE) or nouvel_id()
    etat = Etat(recues, cle, lecture.entier(version))
    for nom in (surete.JETON, CLE, VERSION):
        recues.poplist(nom)
    return etat


def a_l_essai(etat: Etat) -> bool:
    """Returns whether a file is only tried: at its first sending, and where it was resumed, to be shown again."""
    repris = bool(etat.valeurs.poplist(REPRISE))
    return repris or etat.valeur("essai") != "non"


def fichier_essaye(operation: str, etat: Etat) -> dict[str, str]:
    """Returns the file just sent, as this operation takes it, else the one that its try kept in the page.

    Raises:
        Invalide: the file just sent is too large.
    """
    garde = {"fichier": contenu, "nom": etat.valeur("nom")} if (contenu := etat.valeur("contenu")) else {}
    return fichier_recu(operation) or garde
