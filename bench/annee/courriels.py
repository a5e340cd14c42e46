"""What one more convocation by mail costs, asked again through the gateway once the year is over."""

import time
from dataclasses import dataclass
from datetime import timedelta

from bench.annee import processeur
from bench.annee.calme import attendre_le_calme, lignes
from bench.annee.client import Client
from bench.annee.demandes import Demande
from bench.annee.plan import Annee
from bench.national import Nation

_AU_PLUS = 200


@dataclass(frozen=True)
class Cout:
    """What a mail costs: its PDF drawn, sent, and its sending followed, for the request that asks for it included.

    Attributes:
        n: how many were measured.
        processeur: seconds of processor for each.
        secondes: seconds for each, one carrier at work.
    """

    n: int
    processeur: float
    secondes: float


def mesurer(nation: Nation, annee: Annee, jetons: dict[str, str]) -> Cout | None:
    """Has the year's mailed convocations sent again and measures; `None` where there are none."""
    lettres = lignes(
        nation,
        "sessions",
        "SELECT c.id::text, s.etablissement_id::text FROM convocations c JOIN sessions s ON s.id = c.session_id "
        "WHERE coalesce(c.courriel, '') <> '' AND NOT c.annulee AND s.date_debut > %s ORDER BY c.id LIMIT %s",
        annee.premier_jour,
        _AU_PLUS,
    )
    if not lettres:
        return None
    jour = annee.premier_jour + timedelta(days=360)
    avant, debut = processeur.secondes(nation.pile), time.perf_counter()
    with Client(nation.url, jetons) as client:
        for lettre, centre in lettres:
            demande = Demande(jour, f"centre-{centre}", "renvoyer", "POST", f"/convocations/{lettre}/renvoi", {})
            reponse = client.demander(demande)
            if reponse.statut != 200:
                raise RuntimeError(f"Le renvoi d'une convocation a été refusé : {reponse.corps}")
    attendre_le_calme(nation)
    duree, apres = time.perf_counter() - debut, processeur.secondes(nation.pile)
    utilise = sum(apres[nom] - avant.get(nom, 0.0) for nom in apres)
    return Cout(len(lettres), utilise / len(lettres), duree / len(lettres))
