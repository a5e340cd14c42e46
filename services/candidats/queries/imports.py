"""The annotated copy of an imported file."""

import base64
from typing import Any

from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte, exiger_profil
from services.candidats.storage.journaux import get_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fichier(acte: Acte, import_id: str) -> dict[str, Any]:
    """Returns the copy, with what was said of each line, as a workbook."""
    exiger_profil(acte.acteur, TypeProfil.CENTRE)
    ligne = get_import(acte.db, import_id, acte.acteur)
    return {"contenu": base64.b64encode(ligne["contenu"]).decode(), "type": XLSX, "nom": "import-annote.xlsx"}
