"""What each process spends on a request: the service demands from which the limits of larger systems are computed.

By the law of utilisation a process that spends D seconds of processor on each request serves at most 1/D of them a
second on one core, and X requests a second keep X·D cores busy. Demands are measured under load, idleness taken off.
"""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from bench.charge import Demande, charger
from bench.mesure import mediane
from bench.ouvertes import Ouverte, pile_ouverte
from bench.processeur import consomme
from bench.rapport import Avancer, Bilan, nombre

_GENRES: dict[str, Callable[[Ouverte], Iterator[Demande]]] = {
    "inscrire un candidat": lambda o: o.candidats(),
    "inscrire un juré": lambda o: o.jures(),
    "lire une session": lambda o: _lire(o, "/api/v1/sessions/{}"),
    "lister les sessions": lambda o: _lire(o, "/api/v1/sessions?q=2"),
}
_SERVEURS = {"postgres": "PostgreSQL", "rabbit": "RabbitMQ"}
_OCCUPE = 0.7
"""The part of a core that a replica keeps busy, at most, for its answers not to wait."""
_DU_BRUIT = 0.1
"""Milliseconds under which a process takes no part in a request: what it was idle for is not taken off so closely."""
_RYTHMES = (100, 200, 400)
"""Registrations of candidates a second, for which a larger system is drawn."""


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 2 + len(_GENRES) * _tours(court)


def _tours(court: bool) -> int:
    return 1 if court else 3


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures each kind of request, turn and turn about."""
    avancer("préparation des bases")
    with pile_ouverte(300 if court else 1500) as ouverte:
        noms = [*ouverte.pile.services, "postgres", "rabbit"]
        pids = {nom: ouverte.pile.processus_nomme(nom).pid for nom in noms}
        demandes = {genre: faire(ouverte) for genre, faire in _GENRES.items()}
        for siennes in demandes.values():
            charger(ouverte.port, ouverte.entetes, siennes, 4, 1)
        avancer("repos")
        time.sleep(2)
        with _Releve(pids) as repos:
            time.sleep(3 if court else 10)
        trouves: dict[tuple[str, str], list[float]] = defaultdict(list)
        for _ in range(_tours(court)):
            for genre, siennes in demandes.items():
                avancer(genre)
                with _Releve(pids) as releve:
                    charge = charger(ouverte.port, ouverte.entetes, siennes, 4, 1 if court else 4)
                    assert not charge.echecs, charge.echecs
                    time.sleep(1.5)  # what listeners make of it belongs to its price
                for nom in noms:
                    au_repos = repos.pris[nom] * releve.duree / repos.duree
                    trouves[genre, nom].append(max(0.0, releve.pris[nom] - au_repos) / len(charge.latences))
    medianes = {cle: mediane(valeurs) for cle, valeurs in trouves.items()}
    totaux = [sum(medianes[genre, nom] for nom in noms) for genre in _GENRES]
    lignes: list[tuple[Any, ...]] = [
        *((nom, *(_centiemes(medianes[genre, nom]) for genre in _GENRES)) for nom in noms),
        ("total", *map(_centiemes, totaux)),
        ("plafond d'un cœur par service, demandes/s", *(round(_plafond(medianes, g, noms)) for g in _GENRES)),
    ]
    inscrire = {nom: medianes["inscrire un candidat", nom] for nom in noms}
    notes = [grandir(inscrire, rythme) for rythme in _RYTHMES]
    return Bilan("Millisecondes de processeur par demande", ("", *_GENRES), lignes, notes=notes)


def grandir(demandes: dict[str, float], rythme: int) -> str:
    """Returns what so many requests a second ask for: replicas of the services that take part, and cores.

    Args:
        demandes: the milliseconds of processor that one request takes, by process.
    """
    coeurs = {nom: rythme * ms / 1000 for nom, ms in demandes.items()}
    a_l_oeuvre = (nom for nom, ms in demandes.items() if nom not in _SERVEURS and ms >= _DU_BRUIT)
    repliques = [f"{math.ceil(coeurs[nom] / _OCCUPE)} de {nom}" for nom in a_l_oeuvre]
    serveurs = " et ".join(f"{nombre(coeurs[nom])} de {_SERVEURS[nom]}" for nom in _SERVEURS)
    return (
        f"{rythme} inscriptions de candidats par seconde : répliques, {', '.join(repliques)} ; cœurs, {serveurs}, "
        f"{nombre(sum(coeurs.values()))} en tout."
    )


class _Releve:
    """What processes take of the processor while a block runs: `pris`, in ms, by name; `duree`, its seconds."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids
        self.pris: dict[str, float] = {}
        self.duree = 0.0

    def __enter__(self) -> "_Releve":
        self._avant, self._debut = self._consomme(), time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.duree = time.monotonic() - self._debut
        self.pris = {nom: (apres - self._avant[nom]) * 1000 for nom, apres in self._consomme().items()}

    def _consomme(self) -> dict[str, float]:
        return {nom: consomme(pid) for nom, pid in self._pids.items()}


def _centiemes(valeur: float) -> str:
    return f"{valeur:.2f}".replace(".", ",")


def _plafond(medianes: dict[tuple[str, str], float], genre: str, noms: list[str]) -> float:
    """Returns how many requests a second the busiest service serves, one process each: Python runs on one core."""
    return 1000 / max(medianes[genre, nom] for nom in noms if nom not in _SERVEURS)


def _lire(ouverte: Ouverte, adresse: str) -> Iterator[Demande]:
    while True:
        for session_id, _ in ouverte.paires_candidats:
            yield "GET", adresse.format(session_id), None
