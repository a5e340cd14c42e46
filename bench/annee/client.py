"""HTTP as a client program speaks it: one connection kept open, as little processor as can be."""

import http.client
import secrets
from typing import Self
from urllib.parse import urlsplit

import orjson

from bench.annee.demandes import Demande, Reponse

_FRONTIERE = "ceres-annee-7f1c"


class Client:
    """One connection to the gateway; its answers come one by one."""

    def __init__(self, url: str, jetons: dict[str, str]) -> None:
        self._adresse = urlsplit(url).netloc
        self._jetons = jetons
        self._ligne: http.client.HTTPConnection | None = None

    def demander(self, demande: Demande, cle: str = "") -> Reponse:
        """Sends a request and returns its answer. A line that the gateway closed meanwhile is opened again."""
        en_tetes = {
            "Authorization": f"Bearer {self._jetons[demande.compte]}",
            "X-Date-Simulee": demande.jour.isoformat(),
        }
        if cle:
            en_tetes["Idempotency-Key"] = cle
        corps: bytes | None = None
        if demande.fichier is not None:
            en_tetes["Content-Type"] = f"multipart/form-data; boundary={_FRONTIERE}"
            corps = _formulaire(demande.corps or {}, demande.fichier)
        elif demande.corps is not None:
            en_tetes["Content-Type"] = "application/json"
            corps = orjson.dumps(demande.corps)
        reponse = self._envoyer(demande.methode, f"/api/v1{demande.chemin}", corps, en_tetes)
        brut = reponse.read()
        lu = orjson.loads(brut) if brut else {}
        return Reponse(reponse.status, lu if isinstance(lu, dict) else {"elements": lu})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ligne:
            self._ligne.close()

    def _envoyer(
        self, methode: str, chemin: str, corps: bytes | None, en_tetes: dict[str, str]
    ) -> http.client.HTTPResponse:
        for essai in (1, 2):
            if self._ligne is None:
                self._ligne = http.client.HTTPConnection(self._adresse, timeout=60)
            try:
                self._ligne.request(methode, chemin, corps, en_tetes)
                return self._ligne.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._ligne.close()
                self._ligne = None
                if essai == 2:
                    raise
        raise AssertionError


def nouvelle_cle() -> str:
    """Returns an idempotency key."""
    return secrets.token_hex(12)


def _formulaire(champs: dict[str, object], fichier: bytes) -> bytes:
    parties = [
        f'--{_FRONTIERE}\r\nContent-Disposition: form-data; name="{nom}"\r\n\r\n{valeur}\r\n'.encode()
        for nom, valeur in champs.items()
    ]
    tete = f'--{_FRONTIERE}\r\nContent-Disposition: form-data; name="fichier"; filename="candidats"\r\n\r\n'
    return b"".join([*parties, tete.encode(), fichier, f"\r\n--{_FRONTIERE}--\r\n".encode()])
