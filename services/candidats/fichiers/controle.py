"""The lines of a file checked by the form's own schema: what one line alone can say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from commun.domain.errors import Invalide
from commun.domain.rules import Effet
from commun.domain.textes import ILLISIBLE, normaliser
from commun.lecture.classeur import Illisible
from commun.schemas.champs import au_departement
from commun.schemas.forms import charger
from services.candidats import schemas
from services.candidats.fichiers.bilan import Bilan
from services.candidats.fichiers.colonnes import (
    Colonne,
    Contexte,
    designation_de_pays,
    formulaire,
    message_de_fichier,
    reconnaitre,
    sous_les_titres,
)
from services.candidats.fichiers.copie import sans_annotations
from services.candidats.fichiers.lecture import SANS_LIGNE, Feuille, lire

_SCHEMA = schemas.NouveauCandidat()
_SANS_INTITULE = (
    "La colonne {} n'a pas d'intitulé : nommez-la, ou videz cette cellule. Dans un csv, un séparateur de trop décale "
    "les cellules de sa ligne."
)
_EN_PREMIER = "Si vos candidats sont dans une autre, placez-la en premier."
_FORMULE_EN_ERREUR = re.compile(
    r"#(?:N/A|REF!|DIV/0!|VALUE!|VALEUR!|NAME\?|NOM\?|NUM!|NOMBRE!|NULL!|NUL!|SPILL!|CALC!)|Err(?:eur)? ?:\d+"
)
_CORRIGER = "La formule de cette cellule est en erreur : corrigez-la, ou saisissez la valeur."
_CARACTERES = "Des caractères de cette cellule sont illisibles : enregistrez le fichier en UTF-8, ou en xlsx."
_PERDUE = re.compile(r"[^\W\d_]\?|\?[^\W\d_]")
"""What becomes, written as Windows writes, of a word with a letter that it has not: « ?tefan », « Bac?u »."""
_LETTRE_PERDUE = (
    "Un « ? » touche une lettre : si le tableur l'a mis à la place d'une autre (Ș, Ł, ğ…), saisissez-la et enregistrez "
    "le fichier en UTF-8, ou en xlsx."
)
_DEUX_NOMS = re.compile(r"\b(?:nee|epouse|ep|veuve|vve) .")
"""What people write between two names, folded: both would be printed for one."""
_UN_NOM_A_LA_FOIS = (
    "Cette cellule dit plus qu'un nom (« née », « épouse », « veuve »…) : mettez le nom de naissance et le nom d'usage "
    "chacun dans sa colonne, sans ce mot."
)
_MASQUEE = "Cette ligne est masquée dans le classeur, par un filtre peut-être : elle serait importée comme les autres."
_NOMS = {"nom_naissance", "nom_usage"}
_ECRITS = {
    *(*_NOMS, "prenoms", "naissance.commune"),
    *("adresse.voie", "adresse.complement", "adresse.commune"),
}
"""What is written on letters and certificates, in whatever words."""
_IDENTITE = {"nom_naissance", "prenoms", "date_naissance", "naissance"}


@dataclass(frozen=True)
class Ligne:
    """A line, as far as the form accepts it. `valeurs`: what its cells hold, by field."""

    numero: int
    forme: dict[str, Any]
    valeurs: dict[str, str]


@dataclass(frozen=True)
class Lecture:
    """A file that was read.

    Attributes:
        lignes: those whose identity the form accepts, to examine further.
        incompletes: the others; of their identity, `forme` holds what is sound.
        bilan: what is refused already.
    """

    feuille: Feuille
    colonnes: dict[int, Colonne]
    lignes: list[Ligne]
    incompletes: list[Ligne]
    bilan: Bilan

    @property
    def toutes(self) -> Iterator[Ligne]:
        """The lines, whatever the form makes of them."""
        return chain(self.lignes, self.incompletes)

    @property
    def codes_de_naissance(self) -> set[str]:
        """The INSEE codes of birth communes that the form accepts."""
        lieux = (ligne.forme.get("naissance", {}) for ligne in self.toutes)
        return {lieu["code_insee"] for lieu in lieux if lieu.get("code_insee")}


@dataclass(frozen=True)
class Fichier:
    """A file whose headings are understood. `pays`: what its cells call countries, to be looked up."""

    feuille: Feuille
    colonnes: dict[int, Colonne]
    pays: frozenset[str]


def ouvrir(contenu: bytes) -> Fichier:
    """Reads a file. It takes time: to be called on a thread of its own.

    Raises:
        Illisible: the file cannot be read, or its headings are wrong.
    """
    feuille = sans_annotations(sous_les_titres(lire(contenu)))
    colonnes, fautes = reconnaitre(feuille.entetes)
    if not fautes and not feuille.lignes:
        fautes = [SANS_LIGNE]
    if fautes:
        autre = [f"{feuille.remarque} {_EN_PREMIER}"] if feuille.remarque else []
        masquees = [feuille.entetes_masques] if feuille.entetes_masques else []
        raise Illisible(" ".join([*autre, *masquees, *fautes]))
    pays = (
        lu
        for _, cellules in feuille.lignes
        for place, colonne in colonnes.items()
        if place < len(cellules) and designation_de_pays(colonne, lu := cellules[place].strip())
    )
    return Fichier(feuille, colonnes, frozenset(pays))


def controler(fichier: Fichier, jour: date, pays: dict[str, str], departement: str | None = None) -> Lecture:
    """Checks each line of a file. It takes time: to be called on a thread of its own.

    Args:
        pays: ISO codes, by what the file calls countries.
        departement: of the centre, where live those whose line has no address.
    """
    feuille, colonnes = fichier.feuille, fichier.colonnes
    contexte = Contexte(jour, feuille.origine, pays)
    bilan = Bilan()
    for remarque in filter(None, (feuille.remarque, feuille.entetes_masques)):
        bilan.dire(feuille.rang, Effet.INFORME, remarque, code="CAN-05")
    lignes: list[Ligne] = []
    incompletes: list[Ligne] = []
    for numero, cellules in feuille.lignes:
        valeurs = {c.champ: cellules[place] for place, c in colonnes.items() if place < len(cellules)}
        _regarder_la_ligne(bilan, feuille, numero, cellules)
        for champ, valeur in valeurs.items():
            _regarder(bilan, numero, champ, valeur)
        lisibles = [cellule.replace(ILLISIBLE, "?") for cellule in cellules]  # so that the rest of the line is checked
        corps = formulaire(lisibles, colonnes, contexte)
        with au_departement(departement):
            forme, erreurs = _charger(corps)
        for champ, messages in _a_plat(erreurs):
            if ILLISIBLE in valeurs.get(champ, ""):
                continue  # said above, in words of a file's own
            for message in messages:
                dit = message_de_fichier(message, champ, valeurs.get(champ, ""))
                bilan.dire(numero, Effet.REFUSE, dit, champ=champ, valeur=valeurs.get(champ))
        (incompletes if _IDENTITE & set(erreurs) else lignes).append(Ligne(numero, forme, valeurs))
    return Lecture(feuille, colonnes, lignes, incompletes, bilan)


def _regarder_la_ligne(bilan: Bilan, feuille: Feuille, numero: int, cellules: Sequence[str]) -> None:
    """Says what is wrong with a line before it is read: it was hidden, or goes beyond its headings."""
    if numero in feuille.masquees:
        bilan.dire(numero, Effet.CONFIRME, _MASQUEE, code="CAN-05")
    for place, cellule in enumerate(cellules):
        if cellule.strip() and not "".join(feuille.entetes[place : place + 1]):
            bilan.dire(numero, Effet.REFUSE, _SANS_INTITULE.format(_lettres(place)), valeur=cellule.strip())


def _regarder(bilan: Bilan, numero: int, champ: str, valeur: str) -> None:
    """Says what is wrong with a cell as its program wrote it, whatever its column takes."""
    if _FORMULE_EN_ERREUR.fullmatch(valeur.strip()):
        bilan.dire(numero, Effet.REFUSE, _CORRIGER, champ=champ, valeur=valeur)
    if ILLISIBLE in valeur:
        bilan.dire(numero, Effet.REFUSE, _CARACTERES, champ=champ, valeur=valeur)
    if champ in _NOMS and _DEUX_NOMS.search(normaliser(valeur)):
        bilan.dire(numero, Effet.CONFIRME, _UN_NOM_A_LA_FOIS, champ=champ, valeur=valeur, code="CAN-05")
    if champ in _ECRITS and _PERDUE.search(valeur):
        bilan.dire(numero, Effet.INFORME, _LETTRE_PERDUE, champ=champ, valeur=valeur, code="CAN-05")


def _lettres(place: int) -> str:
    """Returns how a spreadsheet names a column: A, B … Z, AA, AB …"""
    dizaine, unite = divmod(place, 26)
    return (_lettres(dizaine - 1) if dizaine else "") + chr(ord("A") + unite)


def _charger(corps: dict[str, Any], *, partiel: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the form as it loads, without its fields at fault, and their messages. What is at fault for want of these
    alone is left out too, unsaid: a phone of where the address would tell.
    """
    try:
        return charger(_SCHEMA, corps, partiel=partiel), {}
    except Invalide as refus:
        erreurs = refus.erreurs or {}
        sains = {champ: valeur for champ, valeur in corps.items() if champ not in erreurs}
        incomplete = partiel or bool(_IDENTITE & set(erreurs))
        if (len(sains), incomplete) == (len(corps), partiel):
            raise
    forme, _faute_d_eux = _charger(sains, partiel=incomplete)
    return forme, erreurs


def _a_plat(messages: dict[str, Any], prefixe: str = "") -> list[tuple[str, list[str]]]:
    plats: list[tuple[str, list[str]]] = []
    for champ, valeur in messages.items():
        nom = f"{prefixe}{champ}"
        plats += _a_plat(valeur, f"{nom}.") if isinstance(valeur, dict) else [(nom, list(valeur))]
    return plats
