"""Letters as a test reads them: those of a session, the pages of their file."""

import base64

from services.sessions.queries import documents, lettres
from tests.sessions.banc import CENTRE, Banc, Corps
from tests.sessions.documents import lecture


def pages(document: documents.Document) -> list[str]:
    """Returns the text of each page of a file, drawn as RPC would carry it."""
    livre = documents.livrer(document)
    assert livre["type"] == "application/pdf"
    return [page.replace("\xa0", " ") for page in lecture.pages(base64.b64decode(livre["contenu"]))]


def lettres_de(banc: Banc, session: Corps) -> list[Corps]:
    """Returns the letters of a session."""
    return list(banc.lire(CENTRE, lettres.lister_convocations, session["id"], {})["elements"])
