"""The people of the scenarios: each speaks to CERES through HTTP, as its own client would."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import httpx

from tests.outils.conformite import exiger_conforme

Corps = dict[str, Any]


@dataclass
class Reponse:
    """What CERES answered, as its OpenAPI document says that it answers.

    Attributes:
        a_jour: whether all of it is of this version, whose document that is.
    """

    brute: httpx.Response
    a_jour: bool = True

    def __post_init__(self) -> None:
        if self.a_jour:
            exiger_conforme(self.brute)

    @property
    def statut(self) -> int:
        return self.brute.status_code

    @cached_property
    def corps(self) -> Any:
        return self.brute.json() if self.brute.content else None

    def reussie(self) -> Any:
        """Returns the body of a success."""
        assert self.brute.is_success, f"{self.brute.request.method} {self.brute.request.url} : {self.brute.text}"
        return self.corps

    def refusee(self, code: str, statut: int = 409) -> Corps:
        """Returns the problem document of this refusal."""
        assert (self.statut, self.corps.get("code")) == (statut, code), self.brute.text
        assert self.brute.headers["content-type"] == "application/problem+json"
        assert self.corps["detail"].rstrip()[-1] in ".?!…)»", self.corps["detail"]
        assert self.corps["requete"] == self.brute.headers["x-request-id"]
        return dict(self.corps)

    def a_confirmer(self, *codes: str) -> Corps:
        """Returns the question that asks for these confirmations."""
        document = self.refusee("CONFIRMATION_REQUISE")
        assert [a["code"] for a in document["avertissements"]] == list(codes)
        return document


class Utilisateur:
    """An account in one profil.

    Args:
        le: the day that its requests simulate.
    """

    a_jour = True
    """As that of `Reponse`."""

    def __init__(self, url: str, identifiant: str, *, le: date | None = None, **profil: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=30, verify=False)
        self._le = le
        self.identifiant = identifiant
        self._connecter({})
        if profil:
            voulu = next(p for p in self.lire("/moi")["profils"] if profil.items() <= p.items())
            self._connecter({"profil": voulu["id"]})

    def _connecter(self, options: Corps) -> None:
        corps = {"identifiant": self.identifiant, "mot_de_passe": "demo", **options}
        jeton = self._http.post("/jetons", json=corps).raise_for_status().json()["jeton"]
        self._http.headers["Authorization"] = f"Bearer {jeton}"

    @property
    def autorisation(self) -> str:
        """What its requests bear, for who sends some by other means."""
        return str(self._http.headers["Authorization"])

    @cached_property
    def profil(self) -> Corps:
        """The current profil."""
        moi = self.lire("/moi")
        return next(p for p in moi["profils"] if p["id"] == moi["profil"])

    @cached_property
    def site(self) -> str:
        """The id of its établissement's first site, which stays."""
        return str(self.lire(f"/etablissements/{self.profil['etablissement_id']}")["sites"][0]["id"])

    def demander(
        self, methode: str, chemin: str, corps: Any = None, *, le: date | None = None, **entetes: str
    ) -> Reponse:
        """Sends a request. `entetes`: « if_match » becomes `If-Match`."""
        noms = {nom.replace("_", "-"): valeur for nom, valeur in entetes.items()}
        if jour := le or self._le:
            noms["X-Date-Simulee"] = jour.isoformat()
        envoi = {"content": corps} if isinstance(corps, bytes) else {"json": corps} if corps is not None else {}
        return Reponse(self._http.request(methode, chemin, headers=noms, **envoi), self.a_jour)

    def lire(self, chemin: str, **filtres: Any) -> Any:
        """Returns what GET answers, which must be a success."""
        return Reponse(self._http.get(chemin, params=filtres, headers=self._jour()), self.a_jour).reussie()

    def poster(self, chemin: str, corps: Any = None, **options: Any) -> Reponse:
        """Posts."""
        return self.demander("POST", chemin, {} if corps is None else corps, **options)

    def confirmer(self, chemin: str, corps: Corps | None = None, *codes: str, **options: Any) -> Any:
        """Posts, sees that exactly these confirmations are asked, gives them; returns the success."""
        self.poster(chemin, corps or {}, **options).a_confirmer(*codes)
        return self.poster(chemin, {**(corps or {}), "confirmer": list(codes)}, **options).reussie()

    def ecouter(self, chemin: str, secondes: float = 20, **entetes: str) -> Iterator[tuple[str, Any]]:
        """Yields `(type, donnees)` of a stream's events, until it ends or says nothing for so long."""
        with self._http.stream("GET", chemin, timeout=secondes, headers=entetes | self._jour()) as reponse:
            assert reponse.headers["content-type"].startswith("text/event-stream"), reponse.read()
            genre = ""
            for ligne in reponse.iter_lines():
                if ligne.startswith("event: "):
                    genre = ligne.removeprefix("event: ")
                elif ligne.startswith("data: "):
                    yield genre, json.loads(ligne.removeprefix("data: "))

    def _jour(self) -> dict[str, str]:
        return {"X-Date-Simulee": self._le.isoformat()} if self._le else {}
