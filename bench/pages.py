"""Every page that each profil can reach by links, with the national data: how long it takes at the gateway.

Each profil signs in as a browser does, and goes from its home page from link to link:
one page of each shape (a screen, and which parameters it was given), the last page of a list rather than its second.
Files are `bench.export`'s.
"""

from collections.abc import Iterator

from bench.mesure import chrono, mediane, p95
from bench.national import pile_nationale
from bench.rapport import Avancer, Bilan, Promesse, nombre
from tests.gateway.web.promenade import parcourir
from tests.gateway.web.visiteur import Visiteur

_PROMIS_MS = 300
_QUI = ("national-demo", "direccte-demo", "ud-demo", "centre-demo")
_CHAUFFE = 2
_MONTREES = 12

Mesure = tuple[str, str, float, float]
"""Who, which page, median and p95 in ms."""


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + len(_QUI)


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures each page of each profil."""
    mesures = list[Mesure]()
    avancer("données nationales")
    with pile_nationale(0.02 if court else 1.0) as nation:
        for qui in _QUI:
            avancer(qui)
            mesures += _mesurer(Visiteur(nation.url, qui), qui, 1 if court else 20)
    pires, mediane_ms = sorted(mesures, key=lambda m: -m[3]), nombre(mediane([m[2] for m in mesures]))
    return Bilan(
        "Pages, à la passerelle",
        ("Les plus lentes", "p50 ms", "p95 ms"),
        [(f"{qui.removesuffix('-demo')} `{page}`", p50, p95) for qui, page, p50, p95 in pires[:_MONTREES]],
        (Promesse("p95 de la page la plus lente", pires[0][3], _PROMIS_MS, au_plus=True, unite=" ms"),),
        (f"{len(mesures)} pages, médiane {mediane_ms} ms.",),
    )


def _mesurer(visiteur: Visiteur, qui: str, tours: int) -> Iterator[Mesure]:
    for adresse in list(_pages(visiteur)):
        durees = [chrono(lambda a=adresse: visiteur.http.get(a)) for _ in range(tours + _CHAUFFE)][_CHAUFFE:]  # type: ignore[misc]
        yield qui, adresse, mediane(durees), p95(durees)


def _pages(visiteur: Visiteur) -> Iterator[str]:
    for adresse, page in parcourir(visiteur):
        if page.statut >= 500:
            raise SystemExit(f"{adresse} répond {page.statut}")
        if page.statut == 200:
            yield adresse
