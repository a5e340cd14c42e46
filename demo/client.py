"""A client of the HTTP API for one account: what any program that speaks to CERES would write."""

import json
import time
from datetime import date
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

_ESSAIS = 12
"""How many times what is told to come back (503) is sent, half a minute in all: on a busy machine one act in a thousand
is told so, and the thousand that a loading makes would be lost for it."""


class Refus(Exception):
    """An answer that is not a success: its problem document is `document`."""

    def __init__(self, demande: str, document: dict[str, Any]) -> None:
        self.document = document
        super().__init__(f"{demande} : {document.get('detail')} {document.get('erreurs') or ''}".strip())


class Client:
    """An account in one of its profils.

    Args:
        url: the gateway's address.
        profil: the profil's id; the account's default one where it is None.
    """

    def __init__(self, url: str, identifiant: str, mot_de_passe: str, profil: str | None = None) -> None:
        self._base = f"{url}/api/v1"
        self._jeton = ""
        corps = {"identifiant": identifiant, "mot_de_passe": mot_de_passe} | ({"profil": profil} if profil else {})
        self._jeton = self.envoyer("POST", "/jetons", corps)["jeton"]

    def lire(self, chemin: str, **filtres: Any) -> Any:
        """Returns what GET answers."""
        return self.envoyer("GET", f"{chemin}?{urlencode(filtres)}" if filtres else chemin)

    def poster(
        self, chemin: str, corps: dict[str, Any] | None = None, *, cle: str | None = None, le: date | None = None
    ) -> Any:
        """Posts, and confirms what CERES asks to confirm: the demo means what it does."""
        try:
            return self.envoyer("POST", chemin, corps or {}, cle, le)
        except Refus as refus:
            if refus.document.get("code") != "CONFIRMATION_REQUISE":
                raise
            vus = [avis["code"] for avis in refus.document["avertissements"]]
            return self.envoyer("POST", chemin, {**(corps or {}), "confirmer": vus}, cle, le)

    def envoyer(
        self, methode: str, chemin: str, corps: Any = None, cle: str | None = None, le: date | None = None
    ) -> Any:
        """Sends one request, on a simulated day where `le` names one; returns its JSON, None for an empty answer.

        Sent again where CERES says to come back: nothing was done, or its key sees that it is not done twice.

        Raises:
            Refus: the answer is a problem.
        """
        entetes = {"Content-Type": "application/json"}
        entetes |= {"Authorization": f"Bearer {self._jeton}"} if self._jeton else {}
        entetes |= {"Idempotency-Key": cle} if cle else {}
        entetes |= {"X-Date-Simulee": le.isoformat()} if le else {}
        donnees = None if corps is None else json.dumps(corps).encode()
        demande = Request(self._base + chemin, donnees, entetes, method=methode)
        for reste in reversed(range(_ESSAIS)):
            try:
                with urlopen(demande, timeout=30) as reponse:
                    contenu = reponse.read()
                break
            except HTTPError as erreur:
                if erreur.code != 503 or not reste:
                    raise Refus(f"{methode} {chemin}", json.loads(erreur.read() or b"{}")) from erreur
                time.sleep(int(erreur.headers.get("Retry-After", 3)))
        return json.loads(contenu) if contenu else None
