"""What the days alone change, on the whole system: nobody acts, and somebody must be told."""

from datetime import timedelta
from typing import Any

import pytest

from tests.pannes.suites.pays import Pays
from tests.pannes.suites.temps import passer
from tests.pannes.suites.test_suites import Suites


def _codes(suite: Suites, chemin: str) -> set[str]:
    return {alerte["code"] for alerte in suite.lire("centre", chemin)["alertes"]}


@pytest.mark.lente
def test_une_habilitation_sur_un_ccs_suit_un_titre_puis_l_autre(pays: Pays) -> None:
    """SES-08, ADR 40: the most favourable of those of which its juré has a CCP in force. He loses the one that has no
    end of life, and the other ends before the session."""
    suite = Suites(pays)
    m = suite.m
    m.ouvrir()

    def habiliter(jure: str, debut: int, fin: int, **sur: Any) -> None:
        m.habiliter(jure, valider=True, date_debut=suite.dans(debut), date_fin=suite.dans(fin), **sur)

    suite.agir("national", "PATCH", f"/titres/{m.successeur}", {"date_fin_de_vie": suite.dans(100)}).reussie()
    jures = [m.jure_sans_habilitation() for _ in range(2)]
    for jure in jures:
        habiliter(jure, 0, 30, titre_code=m.titre, ccp_codes=m.ccps)
        habiliter(jure, 0, 90, titre_code=m.successeur, ccp_codes=m.nouveaux_ccps)
        habiliter(jure, 0, 200, ccs_code=m.ccs)
    session = suite.creer("centre", 150, 0, type="CCS", titre_code=None, ccs_code=m.ccs)
    assert session
    for jure in jures:
        suite.inscrire_jure(session, jure)
    suite.inscrire(session, m.candidat())
    for acte in ("soumission", "validation"):
        assert suite.acte(session, acte)
    for jours, dites in ((30, set[str]()), (31, {"SES-07", "SES-08"})):
        suite.avancer_au(pays.monde.jour + timedelta(days=jours))
        passer(pays, suite.jour)
        assert _codes(suite, session.chemin) == dites
