"""Files of candidates."""

import base64
import io
from typing import Any

from openpyxl import load_workbook

from services.candidats.queries import imports
from tests.candidats.banc import CENTRE, Banc

ENTETES = ["Civilité", "Nom de naissance", "Prénoms", "Date de naissance", "Code INSEE de naissance", "Code postal"]
ZOE = ["Mme", "Lefèvre", "Zoé, Anne-Marie", "28/02/1990", "75112", "75011"]
LEO = ["M.", "D'Estrée", "Léo", "1988-02-29", "69123", "01000"]


def corps(contenu: bytes, **champs: Any) -> dict[str, Any]:
    return {"fichier": base64.b64encode(contenu).decode(), "nom": "liste.csv"} | champs


def copie(banc: Banc, import_id: str) -> list[tuple[Any, ...]]:
    """Returns the lines of the annotated copy, as its reader opens it."""
    page = load_workbook(io.BytesIO(fichier_de_la_copie(banc, import_id))).active
    assert page is not None
    return list(page.iter_rows(values_only=True))


def fichier_de_la_copie(banc: Banc, import_id: str) -> bytes:
    """Returns the annotated copy, an xlsx."""
    fichier = imports.livrer(banc.lire(CENTRE, imports.fichier, import_id))
    assert fichier["type"].endswith("spreadsheetml.sheet")
    return base64.b64decode(fichier["contenu"])
