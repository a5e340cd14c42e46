"""Where the country has jurés: active people, active habilitations, nobody twice."""

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
