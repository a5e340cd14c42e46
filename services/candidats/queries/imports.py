"""The annotated copy of an imported file."""

import base64
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import TypeProfil
from commun.fils import a_part
from commun.schemas.forms import TYPES
from services.candidats.fichiers.copie import copie_annotee
from services.candidats.storage.journaux import get_import


def fichier(acte: Acte, import_id: str) -> bytes:
    """Returns what is kept of a file; `livrer` makes its copy, with what was said of each line."""
    acte.exiger_profil(TypeProfil.CENTRE)
    return bytes(get_import(acte.db, import_id, acte.acteur)["contenu"])


def livrer(garde: bytes) -> dict[str, Any]:
    """Draws the workbook in a thread of its own, so that the other calls go on."""
    contenu = a_part(copie_annotee, garde)
    return {"contenu": base64.b64encode(contenu).decode(), "type": TYPES["xlsx"], "nom": "import-annote.xlsx"}
