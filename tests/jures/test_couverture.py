"""Where the country has jurés: active people, active habilitations, nobody twice."""

from datetime import date

from services.jures.commands import jures
from services.jures.queries.couverture import couverture
from tests.jures.banc import NATIONAL, UD_75, Banc


def test_qui_peut_sieger_et_ou(banc: Banc) -> None:
    banc.titre()
    jure, inactif = banc.jure(), banc.jure(nom="Autre")
    for qui in (jure, inactif):
        banc.habilitation(qui)
    banc.confirmer(UD_75, jures.inactiver_jure, inactif["id"], {})
    assert banc.lire(NATIONAL, couverture, {})["elements"] == [{"code": "TP-1", "departements": {"75": 1}}]
    assert banc.lire(NATIONAL, couverture, {"code": "AUTRE"})["elements"] == []


def test_qui_ne_siegera_que_plus_tard_ne_couvre_pas_encore(banc: Banc) -> None:
    """One validated ahead of its first day counted as covering today."""
    banc.titre()
    deja, ensuite = banc.jure(), banc.jure(nom="Autre")
    banc.habilitation(deja)
    banc.habilitation(ensuite, date_debut="2026-09-01")
    assert banc.lire(NATIONAL, couverture, {})["elements"] == [{"code": "TP-1", "departements": {"75": 1}}]
    lue = banc.lire(NATIONAL, couverture, {}, jour=date(2026, 9, 1))["elements"]
    assert lue == [{"code": "TP-1", "departements": {"75": 2}}]
