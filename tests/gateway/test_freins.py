"""Guessing passwords: slowed by name and by address, for all replicas at once, and nobody is locked out by another."""

import hashlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import psycopg
import pytest
import sqlalchemy as sa

from commun.storage.db import moteur, nouvel_id
from gateway.app import creer_application
from gateway.commands.connexion import PAR_COMPTE, PAR_SOURCE, empreinte_source
from gateway.storage import freins
from gateway.storage.freins import Frein
from tests.conftest import Systeme
from tests.gateway.conftest import MOT_DE_PASSE, Client, refuse

Creer = Callable[..., Client]
PAS = Frein(3, timedelta(seconds=10))


@pytest.fixture
def depuis(systeme: Systeme) -> Iterator[Callable[[str], httpx.Client]]:
    """Makes clients that come from another address of this machine."""
    ouverts = []

    def venir(adresse: str) -> httpx.Client:
        transport = httpx.HTTPTransport(local_address=adresse)
        http = httpx.Client(base_url=f"{systeme.url}/api/v1", transport=transport, timeout=15)
        ouverts.append(http)
        return http

    yield venir
    for http in ouverts:
        http.close()


@pytest.fixture
def db(systeme: Systeme, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    monkeypatch.setenv("DATABASE_URL_GATEWAY", systeme.url_base("gateway"))
    moteur("gateway").dispose()
    yield moteur("gateway")


def essayer(http: httpx.Client, identifiant: str, mot_de_passe: str = "faux") -> httpx.Response:
    return http.post("/jetons", json={"identifiant": identifiant, "mot_de_passe": mot_de_passe})


def epuiser(systeme: Systeme, cle: bytes, frein: Frein = PAR_COMPTE, *, sauf: int = 0) -> None:
    """Makes as many tries as a pace allows, but for a few, without the time that they take."""
    fin = (frein.salve - sauf) * frein.rythme
    with psycopg.connect(systeme.url_base("gateway"), autocommit=True) as db:
        db.execute("INSERT INTO freins VALUES (%s, now() + %s) ON CONFLICT (cle) DO NOTHING", (cle, fin))


def test_une_salve_puis_un_essai_de_temps_en_temps(db: sa.Engine) -> None:
    cle, autre = freins.cle(nouvel_id()), freins.cle(nouvel_id())

    def prendre(cle: bytes = cle) -> timedelta | None:
        with db.begin() as lien:
            return freins.prendre(lien, cle, PAS)

    def passer(secondes: float) -> None:
        with db.begin() as lien:
            recul = {"libre_le": freins.freins.c.libre_le - timedelta(seconds=secondes)}
            lien.execute(freins.freins.update().where(freins.freins.c.cle == cle).values(recul))

    assert [prendre() for _ in range(3)] == [None] * 3
    attente = prendre()
    assert attente is not None and 9 < attente.total_seconds() <= 10
    assert prendre() is not None  # what is refused does not count: whoever insists waits no longer
    passer(10.5)
    assert prendre() is None
    assert prendre() is not None
    passer(3600)
    assert [prendre() is None for _ in range(4)] == [True, True, True, False]
    passer(-3600)  # tries counted by a clock that ran an hour ahead, and was put right
    assert [prendre() is None for _ in range(4)] == [True, True, True, False]
    assert [prendre(autre) is None for _ in range(4)] == [True, True, True, False]
    with db.begin() as lien:
        freins.rendre(lien, cle, PAS)
    assert prendre() is None
    assert prendre(autre) is not None, "who succeeds gives back his own tries"
    with db.begin() as lien:
        freins.oublier(lien, cle)
    assert [prendre() is None for _ in range(4)] == [True, True, True, False]
    assert prendre(autre) is not None, "nor forgets those of others"


def test_deux_essais_a_la_fois_ne_passent_pas_pour_un(db: sa.Engine) -> None:
    cle = freins.cle(nouvel_id())

    def prendre(_: int) -> bool:
        with db.begin() as lien:
            return freins.prendre(lien, cle, PAS) is None

    with ThreadPoolExecutor(16) as fils:
        assert sum(fils.map(prendre, range(48))) == 3


def test_deviner_un_mot_de_passe_est_ralenti_que_le_compte_existe_ou_non(
    client: Creer, systeme: Systeme, depuis: Callable[[str], httpx.Client]
) -> None:
    vus = []
    for nom, adresse in ((client(connecte=False).identifiant, "127.0.3.1"), (f"personne-{nouvel_id()}", "127.0.3.2")):
        http = depuis(adresse)
        epuiser(systeme, freins.cle("connexion", nom, ""), sauf=3)
        statuts = [essayer(http, nom).status_code for _ in range(3)]
        document = refuse(essayer(http, nom.upper()), 429, "TROP_DE_REQUETES")
        attente = int(essayer(http, nom).headers["retry-after"])
        assert 1 <= attente <= 30
        dit = re.sub(r"\d+ secondes?", "N", document["detail"])
        vus.append((statuts, dit, essayer(http, nom, MOT_DE_PASSE).status_code))
    assert vus[0] == vus[1] == ([401] * 3, "Trop de tentatives : recommencez dans N.", 429)


def test_personne_ne_ferme_la_porte_a_un_autre(
    client: Creer, systeme: Systeme, depuis: Callable[[str], httpx.Client]
) -> None:
    """Others' tries slow an account down, but not from where its owner comes in."""
    alice = client(connecte=False)
    chez_elle, ailleurs = depuis("127.0.4.1"), depuis("127.0.4.2")
    assert essayer(chez_elle, alice.identifiant, MOT_DE_PASSE).status_code == 201
    epuiser(systeme, freins.cle("connexion", alice.identifiant, ""))
    refuse(essayer(ailleurs, alice.identifiant, MOT_DE_PASSE), 429, "TROP_DE_REQUETES")
    assert essayer(chez_elle, alice.identifiant, MOT_DE_PASSE).status_code == 201
    alice.sql("UPDATE provenances SET vue_le = now() - interval '31 days' WHERE compte_id = %s", alice.compte_id)
    refuse(essayer(chez_elle, alice.identifiant, MOT_DE_PASSE), 429, "TROP_DE_REQUETES")


def test_une_adresse_qui_essaie_tous_les_comptes_est_ralentie(
    client: Creer, systeme: Systeme, depuis: Callable[[str], httpx.Client]
) -> None:
    epuiser(systeme, freins.cle("connexion", empreinte_source("127.0.5.1").hex()), PAR_SOURCE)
    alice = client(connecte=False)
    reponse = essayer(depuis("127.0.5.1"), alice.identifiant, MOT_DE_PASSE)
    refuse(reponse, 429, "TROP_DE_REQUETES")
    assert 1 <= int(reponse.headers["retry-after"]) <= 6
    assert essayer(depuis("127.0.5.2"), alice.identifiant, MOT_DE_PASSE).status_code == 201


def test_la_page_de_connexion_est_ralentie_comme_l_api(client: Creer, systeme: Systeme) -> None:
    """By where one asks from, and by the name: it takes the same road."""
    alice, bob = client(connecte=False), client(connecte=False)
    http = creer_application().test_client(use_cookies=False)  # before: a try is given back every six seconds
    epuiser(systeme, freins.cle("connexion", bob.identifiant, ""))
    epuiser(systeme, freins.cle("connexion", empreinte_source("127.0.8.1").hex()), PAR_SOURCE)

    def entrer(qui: Client, lieu: str) -> int:
        saisie = {"identifiant": qui.identifiant, "mot_de_passe": MOT_DE_PASSE}
        entetes, environ = {"Sec-Fetch-Site": "same-origin"}, {"REMOTE_ADDR": lieu}
        return http.post("/connexion", data=saisie, headers=entetes, environ_overrides=environ).status_code

    essais = [(alice, "127.0.8.1"), (bob, "127.0.8.2"), (alice, "127.0.8.2")]
    assert [entrer(*essai) for essai in essais] == [429, 429, 303]


def test_un_lieu_d_ou_l_on_revient_reste_connu(client: Creer, depuis: Callable[[str], httpx.Client]) -> None:
    alice, http = client(connecte=False), depuis("127.0.9.1")
    for _ in range(2):
        assert essayer(http, alice.identifiant, MOT_DE_PASSE).status_code == 201
        depuis_peu = "SELECT now() - vue_le < interval '1 day' FROM provenances WHERE compte_id = %s"
        assert alice.sql(depuis_peu, alice.compte_id) == [(True,)]
        alice.sql("UPDATE provenances SET vue_le = now() - interval '29 days' WHERE compte_id = %s", alice.compte_id)


def test_un_essai_qui_reussit_ne_pese_rien(client: Creer, depuis: Callable[[str], httpx.Client]) -> None:
    """A whole service signs in behind one address every morning."""
    alice, http = client(connecte=False), depuis("127.0.6.1")
    for _ in range(3):
        essayer(http, alice.identifiant)
    for _ in range(3):
        assert essayer(http, alice.identifiant, MOT_DE_PASSE).status_code == 201
    cles = (
        freins.cle("connexion", empreinte_source("127.0.6.1").hex()),
        freins.cle("connexion", alice.identifiant, empreinte_source("127.0.6.1").hex()),
        freins.cle("connexion", alice.identifiant, ""),
    )
    avances = [alice.sql("SELECT libre_le - now() FROM freins WHERE cle = %s", cle) for cle in cles]
    assert [len(a) for a in avances] == [1, 0, 0]
    assert avances[0][0][0].total_seconds() <= 3 * PAR_SOURCE.rythme.total_seconds()


def test_le_mot_de_passe_actuel_ne_se_devine_pas_d_une_session_laissee_ouverte(client: Creer, systeme: Systeme) -> None:
    alice = client()
    epuiser(systeme, freins.cle("mot_de_passe", alice.compte_id))
    corps = {"ancien": MOT_DE_PASSE, "nouveau": "un tout nouveau mot de passe"}
    refuse(alice.http.put("/moi/mot-de-passe", json=corps), 429, "TROP_DE_REQUETES")


def test_la_base_ne_dit_ni_qui_ni_d_ou(client: Creer) -> None:
    alice = client()
    stockes = alice.sql("SELECT cle FROM freins") + alice.sql("SELECT source FROM provenances")
    assert stockes and all(len(bytes(cle)) == 32 for (cle,) in stockes)


def test_une_ligne_en_ipv6_est_une_adresse() -> None:
    assert empreinte_source("2001:db8:1:2::1") == empreinte_source("2001:db8:1:2:ffff::9")
    assert empreinte_source("2001:db8:1:2::1") != empreinte_source("2001:db8:1:3::1")
    assert empreinte_source("::ffff:198.51.100.7") == empreinte_source("198.51.100.7")
    assert empreinte_source("") == hashlib.sha256(b"").digest()
