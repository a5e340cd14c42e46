"""What a form holds: what was typed, what is said of it, and what its page must send back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from commun.storage.db import nouvel_id
from gateway.web import lecture, surete
from gateway.web.appels import fichier_recu

CLE, VERSION, LUE, AJOUTER, REPRISE = "_cle", "_version", "_lue", "_ajouter", "_reprise"
"""Fields of a form that are no part of what it says. `_version`: that of what was read before it was sent; `_lue`:
a print of each field that it was filled with then, by which one knows what was touched since; `_ajouter`:
the list that it wants one more line of; `_reprise`: it is shown again as it was typed, and asks for nothing yet."""
VUE = "vue"
"""What the address of an act's page says of the page that led there: the version that was read in it."""
TECHNIQUES = (surete.JETON, CLE, VERSION, LUE, "confirmer")


Empreintes = dict[str, str]
"""A print of what each field of a form is filled with; those that are empty have none."""


@dataclass
class Etat:
    """What a form shows: its values, the messages of its fields, what no field alone is to blame for."""

    valeurs: lecture.Saisie
    cle: str = field(default_factory=nouvel_id)
    version: int | None = None
    lue: Empreintes = field(default_factory=dict)
    erreurs: dict[str, list[str]] = field(default_factory=dict)
    refus: tuple[str, ...] = ()
    ailleurs: dict[str, list[str]] | None = None
    """Where somebody else changed it meanwhile: what is kept now, by field, where the form says otherwise."""
    suivis: list[str] = field(default_factory=list)
    """The fields that nobody touched here and somebody else changed meanwhile: they hold what is kept now."""
    a_soi: set[str] = field(default_factory=set)
    """The fields that one had changed here, where what is kept now says otherwise."""
    noms: dict[str, str] = field(default_factory=dict)
    """The words of each field, once its page has been drawn."""

    @property
    def lue_en_ligne(self) -> str:
        """What its page sends back of `lue`."""
        return urlencode(self.lue)

    @property
    def touches(self) -> set[str]:
        """The fields that one has changed in a form that was filled from what is kept."""
        envoyes = _champs(self.valeurs) - {*TECHNIQUES} if self.lue else set()
        return {nom for nom in envoyes if _empreinte(self.valeurs, nom) != self.lue.get(nom, "")}

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

    def remplis(self, nom: str) -> int:
        """Returns how many lines of a list there are up to the last in which something is typed: the blank ones, which
        its page adds to, would be more at each refusal.
        """
        return max((rang + 1 for rang in lecture.lignes_dites(self.valeurs, nom) if rang in self.rangs(nom)), default=0)

    @property
    def en_erreur(self) -> bool:
        return bool(self.erreurs or self.refus)


def rendre_les_lignes(garde: lecture.Saisie, etat: Etat) -> None:
    """Puts the lines that somebody else added meanwhile into a form where they have no place yet, or an empty one: a
    list is sent whole, and would take them away. One that was shown here, and emptied, has been taken out here."""
    dits = [nom for nom, valeur in etat.valeurs.items(multi=True) if valeur.strip() or nom.endswith("~")]
    dits += etat.lue
    for nom in garde:
        ligne = re.match(r"(.+-)\d+\.", nom)
        if ligne:  # of a list that this form shows
            manque = any(n.startswith(ligne[1]) for n in etat.valeurs) and not any(n.startswith(ligne[0]) for n in dits)
        else:
            manque = "[" in nom and nom not in dits and f"{nom}~" not in dits
        if manque:
            etat.valeurs.setlist(nom, garde.getlist(nom))


def suivre(garde: lecture.Saisie, etat: Etat) -> None:
    """Gives what was not touched in a form what somebody else has saved meanwhile: sent as it was, it would undo it.

    What goes together stays together: an address, the row of a candidate. The lines of a list follow where they are
    the same ones: a line that came, or went, moves the others.
    """
    if not etat.lue:
        return
    envoyes, touches = _champs(etat.valeurs), set(map(_groupe, etat.touches))
    deplacees = {ligne.rpartition("-")[0] for ligne in _lignes(empreintes(garde)) ^ _lignes(etat.lue)}
    for nom in sorted(envoyes):
        groupe = _groupe(nom)
        if groupe in touches or groupe.rpartition("-")[0] in deplacees:
            continue
        if _dit(garde, nom) != _dit(etat.valeurs, nom):
            etat.valeurs.setlist(nom, garde.getlist(nom) or [""])
            etat.suivis.append(nom)


def ce_qui_differe(garde: lecture.Saisie, etat: Etat) -> dict[str, list[str]]:
    """Returns what somebody else has saved meanwhile, by field of the form that says otherwise."""
    dits = _champs(etat.valeurs) & garde.keys()
    changes = [nom for nom in sorted(dits) if not etat.lue or _empreinte(garde, nom) != etat.lue.get(nom, "")]
    return {nom: garde.getlist(nom) for nom in changes if _dit(garde, nom) != _dit(etat.valeurs, nom)}


def empreintes(garde: lecture.Saisie) -> Empreintes:
    """Returns the prints of what a form is filled with."""
    return {nom: empreinte for nom in garde if (empreinte := _empreinte(garde, nom))}


def _empreinte(valeurs: lecture.Saisie, nom: str) -> str:
    dits = _dit(valeurs, nom)
    return sha256("\n".join(dits).encode()).hexdigest()[:8] if dits else ""


def _champs(valeurs: lecture.Saisie) -> set[str]:
    return {nom.removesuffix("~") for nom in valeurs}


def _groupe(nom: str) -> str:
    """Returns what a field is a part of: « adresse » of « adresse.voie », « sites-0 » of « sites-0.libelle »."""
    return nom.partition(".")[0]


def _lignes(noms: Iterable[str]) -> set[str]:
    return {lu[0] for nom in noms if (lu := re.match(r".*?-\d+(?=\.)", nom))}


def _dit(valeurs: lecture.Saisie, nom: str) -> list[str]:
    return sorted(ligne.strip() for v in valeurs.getlist(nom) for ligne in v.splitlines() if ligne.strip())


def recu() -> Etat:
    """Returns the form that this request sent."""
    recues: lecture.Saisie = MultiDict(request.form)
    version = recues.get(VERSION, "")
    cle = recues.get(CLE) or nouvel_id()
    etat = Etat(recues, cle, lecture.entier(version), dict(parse_qsl(recues.get(LUE, ""))))
    for nom in (surete.JETON, CLE, VERSION, LUE):
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
