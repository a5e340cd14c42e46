"""What each process spends on a request: the service demands from which the limits of larger systems are computed.

By the law of utilisation a process that spends D seconds of processor on each request serves at most 1/D of them a
second on one core, and X requests a second keep X·D cores busy. Demands are measured under load, idleness taken off.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.charge import Demande, charger
from bench.mesure import mediane
from bench.ouvertes import Ouverte, pile_ouverte
from bench.processeur import consomme
from bench.rapport import Avancer, Bilan

_GENRES: dict[str, Callable[[Ouverte], Iterator[Demande]]] = {
    "inscrire un candidat": lambda o: o.candidats(),
    "inscrire un juré": lambda o: o.jures(),
    "lire une session": lambda o: _lire(o, "/api/v1/sessions/{}"),
    "lister les sessions": lambda o: _lire(o, "/api/v1/sessions?q=2"),
}


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
        for genre in _GENRES:
            charger(ouverte.port, ouverte.entetes, demandes[genre], 4, 1)
        avancer("repos")
        time.sleep(2)
        repos = _pris(pids, lambda: _dormir(3 if court else 10))
        trouves: dict[tuple[str, str], list[float]] = {}
        for _ in range(_tours(court)):
            for genre in _GENRES:
                avancer(genre)
                debut = time.monotonic()

                def faire(genre: str = genre) -> int:
                    charge = charger(ouverte.port, ouverte.entetes, demandes[genre], 4, 1 if court else 4)
                    assert not charge.echecs, charge.echecs
                    time.sleep(1.5)  # what listeners make of it belongs to its price
                    return len(charge.latences)

                for nom, cout in _pris(pids, faire, repos, lambda debut=debut: time.monotonic() - debut).items():  # type: ignore[misc]
                    trouves.setdefault((genre, nom), []).append(cout)
    medianes = {cle: mediane(valeurs) for cle, valeurs in trouves.items()}
    lignes: list[tuple[Any, ...]] = []
    for nom in noms:
        lignes.append((nom, *(f"{medianes[genre, nom]:.2f}".replace(".", ",") for genre in _GENRES)))
    totaux = [sum(medianes[genre, nom] for nom in noms) for genre in _GENRES]
    lignes.append(("total", *(f"{t:.2f}".replace(".", ",") for t in totaux)))
    lignes.append(("plafond d'un cœur par service, demandes/s", *(round(_plafond(medianes, g, noms)) for g in _GENRES)))
    return Bilan("Millisecondes de processeur par demande", ("", *_GENRES), lignes)


def _dormir(secondes: float) -> int:
    time.sleep(secondes)
    return 1


def _plafond(medianes: dict[tuple[str, str], float], genre: str, noms: list[str]) -> float:
    """Returns how many requests a second the busiest service serves, one process each: Python runs on one core."""
    return 1000 / max(medianes[genre, nom] for nom in noms if nom not in ("postgres", "rabbit"))


def _pris(
    pids: dict[str, int],
    faire: Callable[[], int],
    repos: dict[str, float] | None = None,
    duree: Callable[[], float] = lambda: 0.0,
) -> dict[str, float]:
    """Returns, for each process, the ms of processor that `faire` cost it, for each of the things that it says it did.

    Args:
        repos: what they take at rest, ms a second; None: that is what is asked, and `faire` lasts what it says.
    """
    avant, debut = {nom: consomme(pid) for nom, pid in pids.items()}, time.monotonic()
    faits = faire()
    apres = {nom: consomme(pid) for nom, pid in pids.items()}
    passe = duree() or time.monotonic() - debut
    pris = {nom: (apres[nom] - avant[nom]) * 1000 for nom in pids}
    if repos is None:
        return {nom: cout / passe for nom, cout in pris.items()}
    return {nom: max(0.0, cout - repos[nom] * passe) / faits for nom, cout in pris.items()}


def _lire(ouverte: Ouverte, adresse: str) -> Iterator[Demande]:
    while True:
        for session_id, _ in ouverte.paires_candidats:
            yield "GET", adresse.format(session_id), None
