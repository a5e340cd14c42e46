"""The replay: dossiers advance by the order of their days, a bounded number of clients at once."""

import heapq
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from bench.annee.client import Client, nouvelle_cle
from bench.annee.demandes import Attendre, Demande, Dossier, Passer, Repere, Reponse

_REESSAIS = 12
"""How often a client asks again after a 503, which changed nothing or is under the same key."""


@dataclass
class Bilan:
    """What the replay saw.

    Attributes:
        durees: seconds of each answer, by act.
        refus: refusals obtained where the plan expected them, by code.
        ecarts: what was not as planned, in words.
        reessais: requests sent again after a 503.
    """

    durees: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refus: Counter[str] = field(default_factory=Counter)
    ecarts: list[str] = field(default_factory=list)
    reessais: int = 0
    secondes: float = 0.0
    dossiers: int = 0

    @property
    def requetes(self) -> int:
        return sum(map(len, self.durees.values()))


class Rejeu:
    """Runs dossiers. Among those that can go on, the one whose next request has the earliest day goes first."""

    def __init__(
        self, url: str, jetons: dict[str, str], clients: int, suivre: Callable[[int, date], None] | None = None
    ) -> None:
        """Starts nothing.

        Args:
            jetons: by account, the token that it sends.
            suivre: is told, after each dossier that ends, how many have, and the day that the year has come to.
        """
        self._url, self._jetons, self._clients = url, jetons, clients
        self._suivre = suivre or (lambda _n, _jour: None)
        self._rang = count()
        self._pretes: list[tuple[date, int, Demande, Dossier]] = []
        self._vivants = 0
        self._tour = threading.Condition()
        self.bilan = Bilan()

    def jouer(self, dossiers: Iterable[Dossier]) -> Bilan:
        """Runs all of them to their ends and returns what was seen."""
        debut = time.perf_counter()
        with self._tour:
            for dossier in dossiers:
                self._vivants += 1
                self._avancer(dossier, None)
        fils = [threading.Thread(target=self._travailler, daemon=True) for _ in range(self._clients)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
        self.bilan.secondes = time.perf_counter() - debut
        return self.bilan

    def _travailler(self) -> None:
        with Client(self._url, self._jetons) as client:
            while (prise := self._prendre()) is not None:
                demande, dossier = prise
                reponse = self._poser(client, demande)
                with self._tour:
                    if self._juger(demande, reponse):
                        self._avancer(dossier, reponse)
                    else:
                        self._finir(dossier)

    def _prendre(self) -> tuple[Demande, Dossier] | None:
        with self._tour:
            while not self._pretes:
                if not self._vivants:
                    self._tour.notify_all()
                    return None
                self._tour.wait(1)
            _, _, demande, dossier = heapq.heappop(self._pretes)
            return demande, dossier

    def _poser(self, client: Client, demande: Demande) -> Reponse:
        cle = nouvelle_cle() if demande.methode != "GET" else ""  # a client that may have to ask again says so
        for essai in range(_REESSAIS + 1):
            debut = time.perf_counter()
            try:
                reponse = client.demander(demande, cle)
            except OSError as panne:
                reponse = Reponse(599, {"code": type(panne).__name__, "detail": str(panne)})
            self.bilan.durees[demande.acte].append(time.perf_counter() - debut)
            if reponse.statut not in (502, 503) or essai == _REESSAIS:
                return reponse
            self.bilan.reessais += 1
            time.sleep(min(0.3 * (essai + 1), 3.0))
        raise AssertionError

    def _juger(self, demande: Demande, reponse: Reponse) -> bool:
        """Notes what came of a request. Returns whether its dossier goes on."""
        obtenu = reponse.code
        if obtenu == demande.attendu:
            if obtenu:
                self.bilan.refus[obtenu] += 1
            return True
        dit = reponse.corps.get("detail") or ""
        ligne = f"{demande.jour} {demande.acte} {demande.chemin} : attendu {demande.attendu or 'un succès'}, "
        refus = (reponse.corps.get("contexte") or {}).get("refus") or reponse.corps.get("erreurs") or ""
        self.bilan.ecarts.append(f"{ligne}obtenu {obtenu or reponse.statut} {dit} {refus}"[:600])
        return reponse.statut < 400

    def _avancer(self, dossier: Dossier, reponse: Any) -> None:
        """Sends an answer to a dossier and files its next request. The caller holds `_tour`."""
        while True:
            try:
                etape = dossier.etapes.send(reponse)
            except StopIteration:
                self._finir(dossier)
                return
            except Exception as panne:  # a dossier that cannot be played is a finding; the others go on
                self.bilan.ecarts.append(f"Un dossier s'est interrompu : {panne!r}")
                self._finir(dossier)
                return
            reponse = None
            match etape:
                case Demande():
                    heapq.heappush(self._pretes, (etape.jour, next(self._rang), etape, dossier))
                    self._tour.notify()
                    return
                case Attendre(repere):
                    if not repere.passe:
                        repere.en_attente.append(dossier)
                        return
                case Passer(repere):
                    self._passer(repere)

    def _passer(self, repere: Repere) -> None:
        repere.passe = True
        en_attente, repere.en_attente = repere.en_attente, []
        for autre in en_attente:
            self._avancer(autre, None)

    def _finir(self, dossier: Dossier) -> None:
        dossier.etapes.close()
        self._passer(dossier.repere)
        self._vivants -= 1
        self.bilan.dossiers += 1
        if self._pretes:
            self._suivre(self.bilan.dossiers, self._pretes[0][0])
        if not self._vivants:
            self._tour.notify_all()
