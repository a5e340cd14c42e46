"""Reading tables and JSON as public bodies write them: encodings, separators, French dates, doubled apostrophes."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from commun.domain.textes import ILLISIBLE
from commun.lecture.classeur import Illisible
from commun.lecture.csv import decoder
from commun.lecture.tableau import lire_tableau
from services.referentiel.importers.rapport import Rapport

csv.field_size_limit(10_000_000)

_DATE_FR = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_ESPACES = re.compile(r"\s+")


def lire_lignes(
    contenu: bytes, rapport: Rapport[Any], colonnes: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields each row of a file, csv, xlsx or ods, with its number, its values cleaned.

    A file without the expected columns is refused; so is a row that a csv cuts short, that goes beyond the headings, or
    that holds what its encoding could not say, and any sheet after the first. Rows that are hidden, by a filter say,
    are read, and that is said.
    """
    try:
        tableau = lire_tableau(contenu)
    except Illisible as refus:
        rapport.refuser(1, "fichier", rapport.source, str(refus))
        return
    rapport.remarques += filter(None, [tableau.masquees_lues])
    for feuille in tableau.autres:
        rapport.refuser(1, "feuille", feuille, f"seule la feuille « {tableau.nom} » est lue")
    (rang, entetes), *lignes = tableau.lignes or [(1, [""])]
    noms = [nom.strip() for nom in entetes]
    if manquantes := [c for c in colonnes if c not in noms]:
        lus = ";".join(noms)[:200]
        rapport.refuser(rang, ", ".join(manquantes), lus, "colonne absente : le fichier n'est pas lu")
        return
    for n, valeurs in lignes:
        complete = [*valeurs, *[""] * (len(noms) - len(valeurs))] if tableau.classeur else valeurs
        if len(complete) != len(noms):
            rapport.refuser(n, "*", ";".join(valeurs)[:200], "nombre de colonnes inattendu")
        elif any(ILLISIBLE in valeur for valeur in valeurs):
            rapport.refuser(n, "*", ";".join(valeurs)[:200], "caractères illisibles")
        else:
            yield n, {nom: nettoyer(valeur) for nom, valeur in zip(noms, complete, strict=True)}


def lire_json(contenu: bytes, rapport: Rapport[Any], cle: str | None = None) -> list[dict[str, Any]]:
    """Returns the objects of a JSON list, or of the list under `cle`; a file of another shape is refused."""
    try:
        donnees = json.loads(decoder(contenu))
        objets = donnees[cle] if cle else donnees
    except (ValueError, KeyError, TypeError):
        objets = None
    if not isinstance(objets, list) or not all(isinstance(o, dict) for o in objets):
        rapport.refuser(1, cle or "*", "", "le fichier n'est pas une liste d'objets JSON")
        return []
    return objets


def nettoyer(valeur: str) -> str:
    """Returns a value without spare spaces, its SQL apostrophes (`d''air`) made plain."""
    return _ESPACES.sub(" ", valeur.replace("''", "'")).strip()


def date_ou_rien(valeur: str) -> date | None:
    """Returns the date written ISO or JJ/MM/AAAA, `None` where empty; raises `ValueError` on anything else."""
    if not valeur:
        return None
    if fr := _DATE_FR.fullmatch(valeur):
        jour, mois, annee = map(int, fr.groups())
        return date(annee, mois, jour)
    return date.fromisoformat(valeur)
