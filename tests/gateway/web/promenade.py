"""A walk through the pages: from a home page, from link to link, one page of each shape."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.gateway.web.visiteur import Page, Visiteur
from tests.outils.adresses import adresses_des_pages

_FICHIERS = (".pdf", ".ics", "/export", "/fichier", "/flux", "/lettre")

Forme = tuple[str, tuple[str, ...]]
"""The name of a screen, and those of its parameters."""


def parcourir(visiteur: Visiteur) -> Iterator[tuple[str, Page]]:
    """Yields an address of each shape, and the page that it gives: the last of a list rather than its second."""
    adresses, a_voir, vues = adresses_des_pages().bind(""), deque(["/"]), set[Forme]()
    while a_voir:
        adresse = a_voir.popleft()
        forme = _forme(adresses, adresse)
        if forme is None or forme in vues:
            continue
        vues.add(forme)
        page = visiteur.ouvrir(adresse)
        yield adresse, page
        a_voir.extend(sorted(page.liens, key=_rang, reverse=True))


def _rang(adresse: str) -> int:
    """Returns which page of a list this is: of two of the same shape, the deeper one is looked at."""
    rang = dict(parse_qsl(urlsplit(adresse).query)).get("page", "0")
    return int(rang) if rang.isdigit() else 0


def _forme(adresses: MapAdapter, adresse: str) -> Forme | None:
    """Returns the shape of a page of this site; none for a file, or another's page."""
    vue = urlsplit(adresse)
    if vue.netloc or not vue.path.startswith("/") or vue.path.endswith(_FICHIERS):
        return None
    try:
        ecran = adresses.match(vue.path, method="GET")[0]
    except HTTPException:
        return None
    return ecran, tuple(sorted({nom for nom, _ in parse_qsl(vue.query)}))
