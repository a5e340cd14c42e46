"""Les acquis tels que l'API les montre et qu'une trace les compare."""

from datetime import date

from commun.domain.acquis import Acquis, Resultat, acquis
from services.candidats.domain.acquis import en_clair, tenus

JANVIER = date(2026, 1, 1)


def test_un_ccp_et_un_ccs_du_meme_code_sont_deux() -> None:
    lignes = [Resultat("s1", JANVIER, "TP", frozenset("A")), Resultat("s2", JANVIER, ccs_code="A")]
    assert tenus(acquis(lignes, {})) == {("CCP", "A"), ("CCS", "A")}


def test_le_statut_dit_si_le_pv_est_vise() -> None:
    lignes = [Resultat("s1", JANVIER, "TP", frozenset("A")), Resultat("s2", JANVIER, ccs_code="B", confirme=True)]
    donne = {"titre_code": "TP", "session_id": "s1", "date": JANVIER}
    assert en_clair(acquis(lignes, {})) == {
        "ccps": [{"code": "A", **donne, "statut": "provisoire"}],
        "titres": [],
        "ccs": [{"code": "B", "titre_code": None, "session_id": "s2", "date": JANVIER, "statut": "confirme"}],
    }
    assert en_clair(Acquis()) == {"ccps": [], "titres": [], "ccs": []}
