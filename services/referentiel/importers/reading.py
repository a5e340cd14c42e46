"""Reading CSV and JSON as public bodies write them: encodings, separators, French dates, doubled apostrophes."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from services.referentiel.importers.report import Rapport

csv.field_size_limit(10_000_000)

_DATE_FR = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_ESPACES = re.compile(r"\s+")


def decoder(contenu: bytes) -> str:
    """Returns the text: UTF-8 with or without its mark, else Windows-1252, which older exports use."""
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        return contenu.decode("cp1252")


def lire_csv(contenu: bytes, rapport: Rapport[Any], colonnes: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields each row with its line number, its values cleaned.

    The separator is the one of the header (`;` or `,`). A file without the expected columns, and a row of the wrong
    width, are refused.
    """
    texte = decoder(contenu)
    entete = texte.split("\n", 1)[0]
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=";" if ";" in entete else ",")
    noms = [nom.strip() for nom in next(lecteur, [])]
    if manquantes := [c for c in colonnes if c not in noms]:
        rapport.refuser(1, ", ".join(manquantes), entete.strip()[:200], "colonne absente : le fichier n'est pas lu")
        return
    for valeurs in lecteur:
        if not any(valeurs):
            continue
        if len(valeurs) != len(noms):
            rapport.refuser(lecteur.line_num, "*", ";".join(valeurs)[:200], "nombre de colonnes inattendu")
            continue
        yield lecteur.line_num, {nom: nettoyer(valeur) for nom, valeur in zip(noms, valeurs, strict=True)}


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
