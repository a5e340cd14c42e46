"""Every page that each profil can reach by links, with the national data: how long it takes at the gateway.

Each profil signs in as a browser does, and goes from its home page from link to link:
one page of each shape (a screen, and which parameters it was given), the last page of a list rather than its second.
Files are `bench.export`'s.
"""

from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from bench.mesure import chrono, mediane, p95
from bench.national import pile_nationale
from bench.rapport import Avancer, Bilan, Promesse, nombre
from tests.gateway.web.visiteur import Visiteur
from tests.outils.adresses import adresses_des_pages

_PROMIS_MS = 300
_QUI = ("national-demo", "direccte-demo", "ud-demo", "centre-demo")
_CHAUFFE = 2
_MONTREES = 12
_FICHIERS = (".pdf", ".ics", "/export", "/fichier", "/flux", "/lettre")

Forme = tuple[str, tuple[str, ...]]
"""The name of a screen, and those of its parameters."""
Mesure = tuple[str, str, float, float]
"""Who, which page, median and p95 in ms."""


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + len(_QUI)


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures each page of each profil."""
    adresses, mesures = adresses_des_pages().bind(""), list[Mesure]()
    avancer("données nationales")
    with pile_nationale(0.02 if court else 1.0) as nation:
        for qui in _QUI:
            avancer(qui)
            mesures += _mesurer(Visiteur(nation.url, qui), qui, adresses, 1 if court else 20)
    pires, mediane_ms = sorted(mesures, key=lambda m: -m[3]), nombre(mediane([m[2] for m in mesures]))
    return Bilan(
        "Pages, à la passerelle",
        ("Les plus lentes", "p50 ms", "p95 ms"),
        [(f"{qui.removesuffix('-demo')} `{page}`", p50, p95) for qui, page, p50, p95 in pires[:_MONTREES]],
        (Promesse("p95 de la page la plus lente", pires[0][3], _PROMIS_MS, au_plus=True, unite=" ms"),),
        (f"{len(mesures)} pages, médiane {mediane_ms} ms.",),
    )


def _mesurer(visiteur: Visiteur, qui: str, adresses: MapAdapter, tours: int) -> Iterator[Mesure]:
    for adresse in list(_parcourir(visiteur, adresses)):
        durees = [chrono(lambda a=adresse: visiteur.http.get(a)) for _ in range(tours + _CHAUFFE)][_CHAUFFE:]  # type: ignore[misc]
        yield qui, adresse, mediane(durees), p95(durees)


def _parcourir(visiteur: Visiteur, adresses: MapAdapter) -> Iterator[str]:
    """Yields the address of one page of each shape."""
    a_voir, vues = deque(["/"]), set[Forme]()
    while a_voir:
        adresse = a_voir.popleft()
        forme = _forme(adresses, adresse)
        if forme is None or forme in vues:
            continue
        vues.add(forme)
        page = visiteur.ouvrir(adresse)
        if page.statut >= 500:
            raise SystemExit(f"{adresse} répond {page.statut}")
        if page.statut == 200:
            yield adresse
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
