"""Accounts of one's own on the running system, and clients that speak HTTP to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client as Navigateur

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.storage.db import moteur, nouvel_id
from demo.comptes import vite
from gateway import auth
from gateway.app import creer_application
from gateway.commands.comptes import creer_compte
from tests.conftest import Systeme
from tests.gateway.openid import fournisseur  # noqa: F401 -- a fixture
from tests.gateway.passerelle import passerelle  # noqa: F401 -- another
from tests.outils.bases import au_service, base_migree, garder, vider
from tests.outils.cles import paire

MOT_DE_PASSE = "un mot de passe d'essai"
UD = {"type": "UD", "libelle": "UD 75", "departement": "75", "region": "11"}
CENTRE = {"type": "CENTRE", "libelle": "Centre", "etablissement_id": "0190a8c0-0000-7000-8000-00000000000e"}
NATIONAL = {"type": "NATIONAL", "libelle": "National"}

_EN_CLAIR: dict[str, Any] = {"timeout": 60, "verify": False}
"""Over plain HTTP there is nothing to verify, and a client reads the authorities in ten milliseconds of processor."""
_hacher = cache(vite.hash)  # every account has the same password


@dataclass
class Client:
    """An account and what it asks."""

    systeme: Systeme
    identifiant: str
    compte_id: str
    http: httpx.Client
    jeton: str = field(default="", repr=False)

    def connecter(self, **options: Any) -> dict[str, Any]:
        """Signs in; the answers that follow are to this account."""
        corps = {"identifiant": self.identifiant, "mot_de_passe": MOT_DE_PASSE} | options
        reponse = self.http.post("/jetons", json=corps)
        assert reponse.status_code == 201, reponse.text
        recu: dict[str, Any] = reponse.json()
        self.porter(recu["jeton"])
        return recu

    def porter(self, jeton: str) -> None:
        """Asks with this token from now on."""
        self.jeton = jeton
        self.http.headers["Authorization"] = f"Bearer {jeton}"

    def sql(self, requete: str, *valeurs: Any) -> list[tuple[Any, ...]]:
        """Runs a statement on the gateway's database, as the application."""
        with psycopg.connect(self.systeme.url_base("gateway"), autocommit=True) as db:
            curseur = db.execute(requete, valeurs)  # type: ignore[call-overload]
            return curseur.fetchall() if curseur.description else []


def refuse(reponse: httpx.Response, statut: int, code: str) -> dict[str, Any]:
    """Returns the problem document of a refusal, well formed."""
    assert (reponse.status_code, reponse.headers["content-type"]) == (statut, "application/problem+json"), reponse.text
    document: dict[str, Any] = reponse.json()
    assert document["code"] == code
    assert document["status"] == statut
    assert document["requete"] == reponse.headers["x-request-id"]
    assert document["type"] and document["title"]
    assert document["detail"][-1] in ".?!"
    assert {"manquements", "erreurs", "contexte"} <= document.keys()
    return document


@pytest.fixture(scope="module")
def flask() -> Flask:
    """The application, as it is configured here, without a service."""
    return creer_application()


@pytest.fixture
def passant(flask: Flask) -> Navigateur:
    """A browser where nobody is signed in."""
    return flask.test_client()


@pytest.fixture
def anonyme(systeme: Systeme) -> Iterator[httpx.Client]:
    """A client that never signed in."""
    with httpx.Client(base_url=f"{systeme.url}/api/v1", **_EN_CLAIR) as http:
        yield http


@pytest.fixture
def client(systeme: Systeme, anonyme: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """Makes a new account with these profils, with a token unless told otherwise; its `courriel`, if any, names it."""
    monkeypatch.setenv("DATABASE_URL_GATEWAY", systeme.url_base("gateway"))
    monkeypatch.setattr(auth, "hacher", _hacher)
    moteur("gateway").dispose()

    def creer(
        *profils: dict[str, Any], nom: str = "Compte d'essai", courriel: str = "", connecte: bool = True
    ) -> Client:
        identifiant = courriel or f"essai-{nouvel_id()}"
        courriel = courriel or f"{identifiant}@exemple.fr"
        acte = Acte.de_ceres("gateway", "essai")
        compte_id = acte.faire(creer_compte, identifiant, nom, courriel, MOT_DE_PASSE, list(profils or (UD,)))
        http = httpx.Client(base_url=anonyme.base_url, **_EN_CLAIR)
        nouveau = Client(systeme, identifiant, compte_id, http)
        if connecte:
            compte = {"id": compte_id, "profil_par_defaut": None}
            ouvrir = Acte.de_ceres("gateway", "essai")
            nouveau.porter(ouvrir.faire(auth.ouvrir_session, compte, None, auth.Genre.API)[0])
        return nouveau

    return creer


@pytest.fixture(scope="session")
def migree() -> Iterator[tuple[str, str, list[str]]]:
    """The address of a migrated database, its tables, and what they hold."""
    with base_migree("gateway") as url:
        with au_service("gateway", url):
            tables = ", ".join(t for t in sa.inspect(moteur("gateway")).get_table_names() if t != "alembic_version")
            modele = garder("gateway", tables)
        yield url, tables, modele


@pytest.fixture
def base(migree: tuple[str, str, list[str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The gateway's database, as if new, for what runs in this process; passwords are hashed there in no time."""
    monkeypatch.setattr(auth, "hacher", vite.hash)
    url, tables, modele = migree
    with au_service("gateway", url):
        vider("gateway", tables, modele)
        yield moteur("gateway")


@pytest.fixture
def cles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The keys of a gateway, which signs whoever comes in."""
    for nom, cle in zip(("CERES_CLE_PRIVEE", "CERES_CLE_PUBLIQUE"), paire(), strict=True):
        monkeypatch.setenv(nom, cle)
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()
