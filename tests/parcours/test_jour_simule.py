"""The simulated day, whoever asks at the same instant. The other races are in tests/pannes (P6)."""

import concurrent.futures
from datetime import timedelta

from tests.parcours.monde import Monde


def test_le_lendemain_n_est_pas_aujourd_hui(monde: Monde) -> None:
    """The simulated day is the request's own: two requests at the same instant each keep theirs."""
    session = monde.session(dans=60)
    chemin = f"/sessions/{session['id']}"
    jours = [monde.jour + timedelta(days=n) for n in (0, 61)] * 20
    with concurrent.futures.ThreadPoolExecutor(8) as fils:
        etats = list(fils.map(lambda jour: monde.centre.demander("GET", chemin, le=jour).reussie()["etat"], jours))
    assert etats == ["brouillon", "caduque"] * 20
