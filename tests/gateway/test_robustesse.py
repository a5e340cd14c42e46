"""Every route, whatever it is given, has an answer of the contract: never a fault of ours."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from marshmallow import fields

from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from gateway.api.routes import Route
from gateway.api.table import ROUTES
from tests.gateway.conftest import CENTRE, NATIONAL, UD, Client
from tests.outils.cas import d_un_trait

PARAMETRE = re.compile(r"<(?:\w+:)?(\w+)>")
STATUTS = {200, 201, 202, 204, 400, 403, 404, 405, 409, 412, 422, 429}
PROFILS = {
    TypeProfil.CENTRE: CENTRE,
    TypeProfil.UD: UD,
    TypeProfil.NATIONAL: NATIONAL,
    TypeProfil.DIRECCTE: {"type": "DIRECCTE", "libelle": "DIRECCTE 11", "region": "11"},
}
VALEURS: tuple[Any, ...] = (
    None, "", "a\x00b", "x" * 100_000, "é" * 300, -1, 0, 2**31, 2**63, 10**30, 1e300, 1.5, True, "0", "null",
    [], {}, [None], ["a\x00b"], [[[[]]]], {"a": {"b": ["\x00"]}}, [1] * 1000, ["x"] * 300,
    "2026-02-29", "9999-12-31", "0001-01-01", "1900-01-01", "2199-12-31", "24:00", "23:59", nouvel_id(),
    "%", "_", "\\", "'; DROP TABLE x; --", "{{7*7}}", "\u202e", "🙂", "ﬁ", "\u200b",
)  # fmt: skip
TORDUES = ("9" * 40, "9999-12-31", "%", "🙂")
CHEMINS = ("%00", nouvel_id(), "x", "x" * 3000, "%E2%82%AC", "%FF", "..%2fx", "%25", "0")


def en_cours(route: Route) -> str:
    return f"{route.methode} {route.chemin}"


@pytest.fixture(scope="module")
def clients() -> dict[TypeProfil | None, Client]:
    return {}


@pytest.fixture
def pour(clients: dict[TypeProfil | None, Client], client: Callable[..., Client]) -> Callable[[Route], httpx.Client]:
    """Returns a client that may call a route."""

    def choisir(route: Route) -> httpx.Client:
        qui = sorted(route.qui)[-1] if route.qui is not None else None
        if qui not in clients:
            clients[qui] = client(PROFILS[qui]) if qui else client()
        return clients[qui].http

    return choisir


def demander(http: httpx.Client, route: Route, chemin: str = "", **options: Any) -> httpx.Response:
    """Calls a route; every parameter of its path is `chemin`."""
    adresse = PARAMETRE.sub(lambda _: chemin or nouvel_id(), route.chemin)
    reponse = http.request(route.methode, adresse, **options)
    permis = STATUTS if route.qui is not None else STATUTS | {401}
    assert reponse.status_code in permis, f"{route.methode} {adresse} {options!s:.300} : {reponse.text[:500]}"
    return reponse


def _sensible(route: Route) -> bool:
    """Whether calling it would end the session, or never end."""
    return route.chemin in ("/jetons/revocation", "/moi/mot-de-passe") or route.chemin.endswith("/flux")


SURES = [route for route in ROUTES if not _sensible(route)]


@d_un_trait
@pytest.mark.parametrize("route", [r for r in SURES if PARAMETRE.search(r.chemin)], ids=en_cours)
def test_une_adresse_tordue_ne_designe_rien(route: Route, pour: Callable[[Route], httpx.Client]) -> None:
    rang = SURES.index(route)  # three for each route in turn: two thirds of what is said of them is the gateway's, once
    for chemin in (CHEMINS[(rang + i) % len(CHEMINS)] for i in (0, 3, 6)):
        demander(pour(route), route, chemin, **({"json": {}} if route.corps else {}))


@d_un_trait
@pytest.mark.parametrize("route", [r for r in SURES if r.corps and not r.multipart], ids=en_cours)
def test_un_corps_tordu_est_refuse(route: Route, pour: Callable[[Route], httpx.Client]) -> None:
    assert route.corps
    http = pour(route)
    noms = [nom for nom, champ in route.corps().fields.items() if isinstance(champ, fields.Field)]
    for illisible in (b"[]", b"{", b'{"confirmer": 1}'):
        demander(http, route, content=illisible)
    for tour in range(SURES.index(route) % 5, len(VALEURS), 5):  # each field in turn gets the next value of the list
        demander(http, route, content=_json({nom: VALEURS[(tour + i) % len(VALEURS)] for i, nom in enumerate(noms)}))


@d_un_trait
@pytest.mark.parametrize("route", [r for r in SURES if r.filtres], ids=en_cours)
def test_des_filtres_tordus_ont_une_reponse(route: Route, pour: Callable[[Route], httpx.Client]) -> None:
    assert route.filtres
    http = pour(route)
    noms = [*route.filtres().fields, "inconnu"]
    for rang, nom in enumerate(noms, SURES.index(route)):  # each filter in turn gets the next value of the list
        demander(http, route, params={nom: TORDUES[rang % len(TORDUES)]})
    reponse = demander(http, route, params=dict.fromkeys(noms, "a\x00b"))
    if route.qui is not None:
        assert reponse.status_code == 404 or reponse.json()["erreurs"].keys() == set(noms)


@pytest.mark.parametrize("route", [r for r in SURES if r.multipart], ids=en_cours)
def test_un_fichier_tordu_est_refuse(route: Route, pour: Callable[[Route], httpx.Client]) -> None:
    http = pour(route)
    for contenu in (b"", b"\x00" * 100, b"PK\x03\x04" + b"\xff" * 200, b"a,b\n\xff\xfe", b"\xef\xbb\xbf", b'"'):
        for nom in ("x.xlsx", "x.csv", "x.ods", "x", "\x00.csv", "../x.csv", "é.csv"):
            demander(http, route, files={"fichier": (nom, contenu)})
    demander(http, route, data={"autre": "x"})
    demander(http, route, content=b"--x", headers={"Content-Type": "multipart/form-data; boundary=x"})


def _json(corps: dict[str, Any]) -> bytes:
    """Returns JSON, numbers beyond 64 bits included."""
    return json.dumps(corps).encode()
