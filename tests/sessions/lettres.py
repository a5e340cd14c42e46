"""Letters as a test reads them: those of a session, the pages of their file."""

import base64
import io

from pypdf import PdfReader

from services.sessions.queries import documents, lettres
from tests.sessions.banc import CENTRE, Banc, Corps


def pages(document: documents.Document) -> list[str]:
    """Returns the text of each page of a file, drawn as RPC would carry it."""
    livre = documents.livrer(document)
    assert livre["type"] == "application/pdf"
    lecteur = PdfReader(io.BytesIO(base64.b64decode(livre["contenu"])))
    return [page.extract_text().replace("\xa0", " ") for page in lecteur.pages]


def lettres_de(banc: Banc, session: Corps) -> list[Corps]:
    """Returns the letters of a session."""
    return list(banc.lire(CENTRE, lettres.lister_convocations, session["id"], {})["elements"])
