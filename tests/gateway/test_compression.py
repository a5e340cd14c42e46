"""Answers sent compressed: to whom, which ones, and never where another site could weigh what a person may read."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client as Navigateur
from werkzeug.wrappers import Response

from gateway import compression
from gateway.compression import compresser
from gateway.web import actifs, surete
from tests.gateway.conftest import NATIONAL, Client

LISENT_GZIP = {"Accept-Encoding": "gzip, deflate, br"}
CONNU = f"{surete.COOKIE}=un-secret"
LONG = b"une ligne du fichier\n" * 200


@pytest.mark.parametrize("adresse", ["/connexion", "/aide", "/api/v1/openapi.json", actifs.adresse("ceres.js")])
def test_une_page_et_une_reponse_de_l_api_pesent_deux_fois_moins(passant: Navigateur, adresse: str) -> None:
    simple, legere = passant.get(adresse), passant.get(adresse, headers=LISENT_GZIP)
    assert "Content-Encoding" not in simple.headers
    assert (legere.headers["Content-Encoding"], "Accept-Encoding" in simple.vary) == ("gzip", True)
    assert int(legere.headers["Content-Length"]) == len(legere.data) < len(simple.data) / 2
    assert gzip.decompress(legere.data) == simple.data


@pytest.mark.parametrize("lues", ["", "identity", "gzip;q=0", "br"])
def test_qui_ne_lit_pas_gzip_n_en_recoit_pas(passant: Navigateur, lues: str) -> None:
    reponse = passant.get("/connexion", headers={"Accept-Encoding": lues})
    assert "Content-Encoding" not in reponse.headers
    assert "<html" in reponse.text


@pytest.mark.parametrize(
    ("venue", "cookie", "comprimee"),
    [
        ("same-origin", CONNU, True),
        ("none", CONNU, True),
        ("cross-site", CONNU, False),
        ("same-site", CONNU, False),
        (None, CONNU, False),
        ("cross-site", None, True),
        (None, None, True),
    ],
)
def test_un_autre_site_ne_pese_rien_de_ce_qu_une_connexion_ouvre(
    flask: Flask, venue: str | None, cookie: str | None, comprimee: bool
) -> None:
    """BREACH: a page whose address repeats a guess is shorter where the guess is also in it."""
    entetes = LISENT_GZIP | ({"Sec-Fetch-Site": venue} if venue else {}) | ({"Cookie": cookie} if cookie else {})
    with flask.test_request_context("/candidats?q=0612", headers=entetes):
        reponse = compresser(Response(LONG, content_type="text/html"))
    assert ("Content-Encoding" in reponse.headers) is comprimee
    assert (gzip.decompress(reponse.data) if comprimee else reponse.data) == LONG


@pytest.mark.parametrize(
    ("octets", "genre"),
    [(b"peu", "application/json"), (LONG, "application/zip"), (LONG, "text/event-stream"), (b"", "text/html")],
)
def test_ce_qui_n_y_gagnerait_rien_part_tel_quel(flask: Flask, octets: bytes, genre: str) -> None:
    with flask.test_request_context(headers=LISENT_GZIP):
        reponse = compresser(Response(octets, content_type=genre))
    assert ("Content-Encoding" in reponse.headers, reponse.data) == (False, octets)


def test_les_lettres_d_une_session_se_compriment_a_part(flask: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    lettres, a_part = LONG * 100, list[Any]()
    monkeypatch.setattr(compression, "a_part", lambda geste, *quoi: a_part.append(geste) or geste(*quoi))
    with flask.test_request_context(headers=LISENT_GZIP):
        reponse = compresser(Response(lettres, content_type="application/pdf"))
    assert gzip.decompress(reponse.data) == lettres
    assert a_part == [zlib.compress]


def test_un_fichier_qui_s_ecrit_a_son_ecrivain_pour_le_comprimer(flask: Flask) -> None:
    with flask.test_request_context(headers=LISENT_GZIP):
        reponse = compresser(Response(iter([LONG] * 3), content_type="text/csv"))
    assert ("Accept-Encoding" in reponse.vary, reponse.is_streamed) == (True, True)
    assert b"".join(reponse.iter_encoded()) == LONG * 3


def test_une_reponse_et_un_fichier_se_recoivent_comprimes_et_se_lisent(client: Callable[..., Client]) -> None:
    http = client(NATIONAL).http
    entetes: dict[str, Any] = {"Accept-Encoding": "identity"}
    leger, simple = http.get("/openapi.json"), http.get("/openapi.json", headers=entetes)
    assert (leger.headers["content-encoding"], "content-encoding" in simple.headers) == ("gzip", False)
    assert leger.json() == simple.json()
    adresse = "/agrements/export?format=csv"
    leger, simple = http.get(adresse), http.get(adresse, headers=entetes)
    assert (leger.headers["content-encoding"], "content-encoding" in simple.headers) == ("gzip", False)
    assert leger.text.startswith("\ufeff")
    assert leger.text.splitlines()[0] == simple.text.splitlines()[0]
    assert "content-encoding" not in http.get("/agrements/export").headers, "a workbook is compressed already"
