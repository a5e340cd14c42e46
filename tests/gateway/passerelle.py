"""A gateway of one's own, which signs in with a real OpenID Connect provider."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from commun.storage.migrations import migrer
from tests.gateway.openid import Fournisseur
from tests.outils.attente import attendre
from tests.outils.bases import base_neuve
from tests.outils.cles import paire

RACINE = Path(__file__).parents[2]


@dataclass
class Passerelle:
    """A gateway of its own, configured for the provider, on a base of its own."""

    fournisseur: Fournisseur
    base: str

    def entrer(self, qui: str, **parametres: str) -> tuple[httpx.Client, httpx.Response]:
        """Signs somebody in, in a new browser. Returns it, and what it is shown back from the provider."""
        navigateur = httpx.Client(base_url=self.fournisseur.passerelle, timeout=15)
        depart = navigateur.get("/connexion/proconnect", params=parametres)
        assert depart.status_code == 303, depart.text
        retour = self.fournisseur.identifier(depart.headers["location"], qui, navigateur)
        return navigateur, navigateur.get(retour)

    def sql(self, requete: str, *valeurs: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.base, autocommit=True) as db:
            curseur = db.execute(requete, valeurs)  # type: ignore[call-overload]
            return curseur.fetchall() if curseur.description else []

    def compte(self, navigateur: httpx.Client) -> str | None:
        """Returns the account whose session a browser holds."""
        imprime = hashlib.sha256(navigateur.cookies.get("ceres_connexion", "").encode()).digest()
        trouve = self.sql(
            "SELECT c.identifiant FROM jetons j JOIN comptes c ON c.id = j.compte_id "
            "WHERE j.empreinte = %s AND j.genre = 'web'",
            imprime,
        )
        return str(trouve[0][0]) if trouve else None


@contextmanager
def lancee(fournisseur: Fournisseur, base: str, **reglages: str) -> Iterator[Passerelle]:
    """Starts a gateway on this base."""
    privee, publique = paire()
    environnement = {
        **os.environ,
        **fournisseur.reglages(),
        "AMQP_URL": "memory://",
        "DATABASE_URL_GATEWAY": base,
        "CERES_PORT": str(urlsplit(fournisseur.passerelle).port),
        "CERES_CLE_PRIVEE": privee,
        "CERES_CLE_PUBLIQUE": publique,
        **reglages,
    }
    adresse = f"http://127.0.0.1:{environnement['CERES_PORT']}"
    commande = [sys.executable, "-m", "commun.runner", "gateway.service"]
    with subprocess.Popen(commande, cwd=RACINE, env=environnement, stderr=subprocess.DEVNULL) as processus:

        def vit() -> bool:
            with suppress(httpx.HTTPError):
                return httpx.get(f"{adresse}/sante/vivant", timeout=10).is_success
            return False

        try:
            attendre(vit, 120)
            yield Passerelle(fournisseur, base)
        finally:
            processus.send_signal(signal.SIGTERM)
            processus.wait(60)


@pytest.fixture(scope="module")
def passerelle(fournisseur: Fournisseur) -> Iterator[Passerelle]:
    with base_neuve() as base:
        migrer("gateway", base)
        with lancee(fournisseur, base) as seule:
            yield seule
