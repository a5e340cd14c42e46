"""Clients that want their commands done: each sends again, under the same key, until CERES acknowledges it."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import httpx

from commun.storage.db import nouvel_id
from tests.parcours.acteurs import Utilisateur
from tests.parcours.monde import Monde, nom_nouveau
from tests.parcours.test_versions import corps_version

_PATIENCE = 90
"""Seconds after which a command that nobody acknowledged is a failure of the test."""


@dataclass(frozen=True, eq=False)
class Commande:
    """A command, and the service that carries it out."""

    service: str
    genre: str
    methode: str
    chemin: str
    corps: dict[str, Any]
    cle: str = field(default_factory=nouvel_id)


@dataclass
class Acquittees:
    """What was acknowledged, and how it went."""

    reponses: dict[Commande, Any] = field(default_factory=dict)
    renvois: Counter[str] = field(default_factory=Counter)
    """Why commands were sent again."""
    imprevus: list[str] = field(default_factory=list)
    _verrou: threading.Lock = field(default_factory=threading.Lock)

    def noter(self, commande: Commande, reponse: Any) -> None:
        with self._verrou:
            self.reponses[commande] = reponse

    def de(self, service: str) -> dict[Commande, Any]:
        """Returns those of a service."""
        return {c: r for c, r in self.reponses.items() if c.service == service}


class Client:
    """One who sends commands, one after the other."""

    def __init__(self, monde: Monde, acquittees: Acquittees) -> None:
        self._monde = monde
        self._acquittees = acquittees
        self._session = monde.corps_session()
        self._http = httpx.Client(base_url=f"{monde.url}/api/v1", timeout=8, verify=False)

    def tour(self, service: str) -> Generator[tuple[Utilisateur, Commande], Any, None]:
        """Yields commands of a service, each acknowledged before the next is asked for."""
        m, envoyer = self._monde, self._envoyer
        match service:
            case "sessions":
                candidat = yield from envoyer(m.centre, "candidats", "creer", "POST", "/candidats", m.corps_candidat())
                session = yield from envoyer(m.centre, "sessions", "creer", "POST", "/sessions", self._session)
                inscrit = {"candidat_id": candidat["id"], "parcours": "formation"}
                chemin = f"/sessions/{session['id']}/candidats"
                yield from envoyer(m.centre, "sessions", "inscrire", "POST", chemin, inscrit)
            case "candidats":
                yield from envoyer(m.centre, "candidats", "creer", "POST", "/candidats", m.corps_candidat())
            case "jures":
                jure = yield from envoyer(m.ud, "jures", "creer", "POST", "/jures", m.corps_jure())
                for prenom in ("Alex", "Dominique"):
                    chemin = f"/jures/{jure['id']}"
                    yield from envoyer(m.ud, "jures", "modifier", "PATCH", chemin, {"prenom": prenom})
            case "notifications":
                version = corps_version(numero=f"90.{next(_rangs)}.0")
                yield from envoyer(m.national, "notifications", "creer", "POST", "/versions", version)
            case "referentiel":
                yield from envoyer(m.national, "referentiel", "creer", "POST", "/titres", _titre())
            case "gateway":
                preferences = {"profil_par_defaut": None, "messages": []}
                yield from envoyer(m.ud, "gateway", "preferences", "PUT", "/moi/preferences", preferences)

    def travailler(self, service: str, reste: "Reste") -> None:
        """Sends commands to a service until none is left to send."""
        while True:
            for qui, commande in self.tour(service):
                if not reste.prendre():
                    return
                self._accomplir(qui, commande)

    def _envoyer(
        self, qui: Utilisateur, service: str, genre: str, methode: str, chemin: str, corps: Any
    ) -> Generator[tuple[Utilisateur, Commande], Any, Any]:
        commande = Commande(service, genre, methode, chemin, corps)
        yield qui, commande
        return self._acquittees.reponses.get(commande, {"id": nouvel_id()})

    def _accomplir(self, qui: Utilisateur, commande: Commande) -> None:
        entetes = {
            "Authorization": qui.autorisation,
            "Idempotency-Key": commande.cle,
            "X-Request-Id": f"p1:{commande.cle}",
        }
        limite = time.monotonic() + _PATIENCE
        while time.monotonic() < limite:
            try:
                reponse = self._http.request(commande.methode, commande.chemin, json=commande.corps, headers=entetes)
            except httpx.HTTPError as panne:
                self._acquittees.renvois[type(panne).__name__] += 1
                time.sleep(random.uniform(0.05, 0.3))
                continue
            if reponse.is_success:
                self._acquittees.noter(commande, reponse.json() if reponse.content else None)
                return
            if reponse.status_code not in (429, 503):
                self._acquittees.imprevus.append(f"{commande} : {reponse.status_code} {reponse.text}")
                return
            self._acquittees.renvois[str(reponse.status_code)] += 1
            time.sleep(random.uniform(0.05, 0.3))
        self._acquittees.imprevus.append(f"{commande} : jamais acquittée")


class Reste:
    """How many commands are left to send, for all clients."""

    def __init__(self, combien: int) -> None:
        self.combien = combien
        self._verrou = threading.Lock()

    def prendre(self) -> bool:
        """Takes one; says whether there was one."""
        with self._verrou:
            self.combien -= 1
            return self.combien >= 0


def lancer(
    monde: Monde, services: list[str], combien: int, clients: int
) -> tuple[Acquittees, list[threading.Thread], Reste]:
    """Starts clients, so many for each service, that share so many commands."""
    acquittees, reste = Acquittees(), Reste(combien)
    fils = [
        threading.Thread(target=Client(monde, acquittees).travailler, args=(service, reste), daemon=True)
        for service in services * clients
    ]
    for fil in fils:
        fil.start()
    return acquittees, fils, reste


_rangs = itertools.count(1)


def _titre() -> dict[str, Any]:
    rang = next(_rangs)
    ccp = {"code": f"RNCP9{rang:05}BC01", "intitule": "Un CCP d'essai"}
    return {"code": f"TP-9{rang:05}", "intitule": nom_nouveau("Titre"), "niveau": 4, "ccps": [ccp]}
