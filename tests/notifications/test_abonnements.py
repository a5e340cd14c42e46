"""NOT-03, NOT-04 : s'inscrire et se désabonner, par HTTP, sans rien révéler ni rien déclencher par un GET."""

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.conftest import Systeme
from tests.outils.conformite import exiger_conforme
from tests.parcours import courrier

Courriels = Callable[..., list[dict[str, Any]]]
LIEN = re.compile(r"https?://\S+/abonnements/\S+")


@pytest.fixture(scope="module")
def http(systeme: Systeme) -> httpx.Client:
    return httpx.Client(base_url=f"{systeme.url}/api/v1", timeout=30, verify=False)


@pytest.fixture
def courriels(systeme: Systeme) -> Courriels:
    """Reads the mails to an address, once there are enough of them."""
    return partial(courrier.courriels, systeme.url_courrier)


def adresse() -> str:
    return f"a-{uuid4().hex[:12]}@exemple.fr"


def demander(http: httpx.Client, courriel: Any) -> httpx.Response:
    return http.post("/abonnements", json={"courriel": courriel})


def lien(recu: dict[str, Any]) -> str:
    trouve = LIEN.search(recu["texte"])
    assert trouve
    return trouve[0]


def test_de_l_inscription_au_desabonnement(http: httpx.Client, courriels: Courriels) -> None:
    moi = adresse()
    assert demander(http, moi).status_code == 202
    (recu,) = courriels(moi)
    assert recu["entetes"]["Auto-Submitted"] == "auto-generated"
    confirmation = lien(recu)
    page = httpx.get(confirmation, headers={"Accept": "text/html"}, timeout=30)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Confirmez, et l’adresse a…" in page.text and moi not in page.text  # nothing is done yet
    for _ in range(2):  # twice is no harm
        fait = httpx.post(confirmation, timeout=30)
        assert fait.status_code == 200 and moi not in fait.text


def test_ce_que_repond_un_lien_est_ce_que_le_document_en_dit(http: httpx.Client, courriels: Courriels) -> None:
    """Seen: the document forbade the masked address, which programs written from it then refused."""
    moi = adresse()
    exiger_conforme(demander(http, moi))
    inscription = lien(courriels(moi)[0])
    for methode in ("GET", "POST"):
        repondu = httpx.request(methode, inscription, timeout=30)
        exiger_conforme(repondu)
        assert repondu.json()["courriel"].startswith("a…")


def test_un_get_ne_change_rien(http: httpx.Client, courriels: Courriels, systeme: Systeme) -> None:
    moi = adresse()
    demander(http, moi)
    (recu,) = courriels(moi)
    for _ in range(3):
        assert httpx.get(lien(recu), timeout=30).status_code == 200
    with psycopg.connect(systeme.url_base("notifications")) as db:
        assert db.execute("SELECT etat FROM abonnes WHERE courriel = %s", (moi,)).fetchone() == ("en_attente",)


def test_la_reponse_est_la_meme_que_l_on_soit_inscrit_ou_non(http: httpx.Client, courriels: Courriels) -> None:
    moi, autre = adresse(), adresse()
    premiere = demander(http, moi)
    httpx.post(lien(courriels(moi)[0]), timeout=30)
    deja, nouvelle = demander(http, moi), demander(http, autre)
    assert deja.status_code == nouvelle.status_code == premiere.status_code == 202
    assert deja.content == nouvelle.content == premiere.content


def test_une_rafale_de_demandes_n_envoie_qu_un_message(
    http: httpx.Client, courriels: Courriels, systeme: Systeme
) -> None:
    moi, debut = adresse(), time.time()
    assert {demander(http, moi).status_code for _ in range(40)} == {202}
    quarts = 1 + time.time() // 900 - debut // 900  # of an hour by the clock, each of which has its message
    with psycopg.connect(systeme.url_base("notifications")) as db:
        ((partis,),) = db.execute("SELECT count(*) FROM envois WHERE destinataire = %s", (moi,)).fetchall()
    assert 1 <= partis <= quarts
    assert len(courriels(moi, partis)) == partis


@pytest.mark.parametrize(
    "courriel",
    [
        "sans-arobase",
        "deux@@exemple.fr",
        "a" * 310 + "@exemple.fr",
        "nom@exemple.fr\r\nBcc: tous@exemple.fr",
        "Nom <nom@exemple.fr>",
        "é@exemple.fr",
        "",
        None,
        12,
        ["a@exemple.fr"],
    ],
)
def test_une_adresse_malformee_est_refusee(http: httpx.Client, courriel: Any) -> None:
    reponse = demander(http, courriel)
    assert reponse.status_code == 422
    assert reponse.json()["code"] == "INVALIDE" and "courriel" in reponse.json()["erreurs"]


@pytest.mark.parametrize("jeton", ["x", "A" * 54, "é", "%00", "a" * 5000])
@pytest.mark.parametrize("usage", ["confirmation", "desabonnement"])
def test_un_jeton_forge_ne_dit_rien(http: httpx.Client, usage: str, jeton: str) -> None:
    for methode in ("GET", "POST"):
        reponse = http.request(methode, f"/abonnements/{usage}/{jeton}")
        assert (reponse.status_code, reponse.json()["code"]) == (404, "INTROUVABLE")
        page = http.request(methode, f"/abonnements/{usage}/{jeton}", headers={"Accept": "text/html"})
        # who confirms too late is told to ask again: there
        assert ("Demander une nouvelle inscription</a>" in page.text) is (usage == "confirmation")


def test_un_lien_de_confirmation_ne_desabonne_pas(http: httpx.Client, courriels: Courriels) -> None:
    moi = adresse()
    demander(http, moi)
    detourne = lien(courriels(moi)[0]).replace("/confirmation/", "/desabonnement/")
    assert httpx.post(detourne, timeout=30).status_code == 404


def test_le_formulaire_d_inscription_marche_sans_script(http: httpx.Client, courriels: Courriels) -> None:
    moi = adresse()
    page = http.get("/abonnements", headers={"Accept": "text/html"})
    assert "<form" in page.text
    fait = http.post("/abonnements", data={"courriel": moi}, headers={"Accept": "text/html"})
    assert fait.status_code == 202 and fait.headers["content-type"].startswith("text/html")
    assert len(courriels(moi)) == 1
    refus = http.post("/abonnements", data={"courriel": "non"}, headers={"Accept": "text/html"})
    assert refus.status_code == 422 and "adresse électronique valide" in refus.text
    assert 'value="non"' in refus.text and "<form" in refus.text
