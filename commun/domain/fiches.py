"""The page of what a message is about, where the gateway and the mails of `notifications` lead. Pure."""

from urllib.parse import quote

_PAGES = {
    "jure": "jures",
    "habilitation": "habilitations",
    "session": "sessions",
    "titre": "titres",
    "agrement": "agrements",
    "demande_vae": "demandes-vae",
    "controle": "controles",
    "etablissement": "etablissements",
}


def page_de(genre: str, objet_type: str, objet_id: str) -> str:
    """Returns the page; empty where there is none for its reader. What was deleted has its history alone."""
    if not objet_id or objet_type not in _PAGES:
        return ""
    return f"/{_PAGES[objet_type]}/{quote(objet_id)}{'/traces' if genre == 'habilitation_supprimee' else ''}"
