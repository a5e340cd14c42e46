"""Les listes de sessions : filtrer par état garde exactement celles que la liste montre dans cet état."""

from datetime import timedelta

from services.sessions.domain.model import Etat
from services.sessions.queries.listes import lister
from tests.sessions.banc import CENTRE, DEBUT, Banc


def test_filtrer_par_etat_garde_ce_que_la_liste_montre(banc: Banc) -> None:
    """Seen failing where caduques were looked for among the sessions stored as such: there are none."""
    banc.session()
    banc.validee()
    banc.convoquee()
    banc.cloturee()
    vus = set()
    for jour in (DEBUT - timedelta(days=1), DEBUT, DEBUT + timedelta(days=30)):
        toutes = banc.lire(CENTRE, lister, {"par_page": "50"}, jour=jour)["elements"]
        for etat in Etat:
            gardees = banc.lire(CENTRE, lister, {"etat": etat.value}, jour=jour)["elements"]
            assert {s["id"] for s in gardees} == {s["id"] for s in toutes if s["etat"] == etat}, (jour, etat)
        vus |= {s["etat"] for s in toutes}
    assert vus == {"brouillon", "validee", "convoquee", "cloturee", "caduque", "en_cours", "a_cloturer"}
