"""Races: whoever comes at the same instant, a cap stays a cap and two services never contradict each other."""

import concurrent.futures
from datetime import timedelta

from tests.parcours.monde import Monde

TOURS = 3
TOURS_A_DEUX_SERVICES = 300


def test_soixante_quatre_inscriptions_d_un_candidat(monde: Monde) -> None:
    sessions = [monde.session(dans=40 + rang) for rang in range(16)]
    for _ in range(TOURS):
        corps = {"candidat_id": monde.candidat()["id"], "parcours": "formation"}

        def inscrire(rang: int, corps: dict[str, str] = corps) -> tuple[int, str]:
            reponse = monde.centre.poster(f"/sessions/{sessions[rang % 16]['id']}/candidats", corps)
            return reponse.statut, "" if reponse.brute.is_success else reponse.corps["code"]

        with concurrent.futures.ThreadPoolExecutor(32) as fils:
            reponses = list(fils.map(inscrire, range(64)))

        assert sum(statut < 300 for statut, _ in reponses) == 3
        # on a busy machine some wait too long behind the others, and are told to come back: nothing was done for them
        assert {code for _, code in reponses} <= {"", "INS-04", "INS-06", "INDISPONIBLE"}
        assert monde.centre.lire(f"/candidats/{corps['candidat_id']}/credits")["n"] == 3


def test_supprimer_contre_inscrire(monde: Monde) -> None:
    """HAB-05 against JRY-02: an habilitation is never gone while a registration relies on it."""
    session = monde.session()
    for _ in range(TOURS_A_DEUX_SERVICES):
        jure = monde.jure_habilite()
        habilitation = jure["habilitation"]["id"]

        def supprimer(habilitation: str = habilitation) -> int:
            monde.ud.poster(f"/habilitations/{habilitation}/mettre-en-brouillon", {"confirmer": ["HAB-06"]})
            return monde.ud.demander("DELETE", f"/habilitations/{habilitation}?confirmer=HAB-03").statut

        def inscrire(jure_id: str = jure["id"]) -> int:
            return monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": jure_id}).statut

        with concurrent.futures.ThreadPoolExecutor(2) as fils:
            supprimee, inscrit = (f.result() for f in (fils.submit(supprimer), fils.submit(inscrire)))

        assert not (supprimee < 300 and inscrit < 300)
        assert {supprimee, inscrit} <= {200, 201, 204, 409}


def test_le_lendemain_n_est_pas_aujourd_hui(monde: Monde) -> None:
    """The simulated day is the request's own: two requests at the same instant each keep theirs."""
    session = monde.session(dans=60)
    chemin = f"/sessions/{session['id']}"
    jours = [monde.jour + timedelta(days=n) for n in (0, 61)] * 20
    with concurrent.futures.ThreadPoolExecutor(8) as fils:
        etats = list(fils.map(lambda jour: monde.centre.demander("GET", chemin, le=jour).reussie()["etat"], jours))
    assert etats == ["brouillon", "caduque"] * 20
