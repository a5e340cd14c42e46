"""RES-02: when a titre is obtained, and what each candidate leaves with."""

from dataclasses import replace
from datetime import date

import pytest

from services.sessions.domain.model import Cadre
from services.sessions.domain.resultats import (
    Absence,
    Entretien,
    Issue,
    ResultatCandidat,
    ResultatCcp,
    ResultatCcs,
    ccp_a_exiger,
    issue,
    lus_a_travers,
    titre_obtenu,
)
from tests.sessions.domain.fabrique import CADRE, CADRE_CCP, CADRE_CCS, FIN, TITRE

TOUS = frozenset({"BC01", "BC02"})
A, N, D = ResultatCcp.ACQUIS, ResultatCcp.NON_ACQUIS, ResultatCcp.DEJA_ACQUIS
FAVORABLE, DEFAVORABLE, NON_TENU = Entretien.FAVORABLE, Entretien.DEFAVORABLE, Entretien.NON_TENU
CCP_AVEC_ENTRETIEN = replace(CADRE_CCP, entretien_final=True)


@pytest.mark.parametrize(
    ("ccps", "entretien", "obtenu"),
    [
        (TOUS, FAVORABLE, True),
        (TOUS | {"BC99"}, FAVORABLE, True),
        ({"BC01"}, FAVORABLE, False),
        (TOUS, DEFAVORABLE, False),
        (TOUS, NON_TENU, False),
        (TOUS, None, False),
    ],
)
def test_tous_les_ccp_et_un_entretien_favorable(ccps: set[str], entretien: Entretien | None, obtenu: bool) -> None:
    assert titre_obtenu(TITRE.codes_ccp, ccps, entretien) is obtenu


def test_jusqu_au_dernier_jour_de_la_prolongation() -> None:
    titre = replace(TITRE, date_fin_de_vie=date(2028, 2, 29))
    assert titre_obtenu(titre.ccp_exiges_le(date(2029, 2, 28)), TOUS, FAVORABLE)
    assert not titre_obtenu(titre.ccp_exiges_le(date(2029, 3, 1)), TOUS, FAVORABLE)


def test_un_titre_sans_ccp_connu_ne_s_obtient_pas() -> None:
    assert not titre_obtenu(replace(TITRE, ccps=()).ccp_exiges_le(FIN), TOUS, FAVORABLE)


@pytest.mark.parametrize(
    ("du_jour", "d_avant", "retenus"),
    [
        (TOUS, None, TOUS),
        (TOUS | {"BC03"}, TOUS, TOUS),
        (TOUS, TOUS | {"BC03"}, TOUS),
        (frozenset({"BC01", "BC04"}), TOUS, TOUS),
        (frozenset(), TOUS, TOUS),
        (TOUS, frozenset(), TOUS),
    ],
)
def test_une_session_close_de_nouveau_se_juge_comme_elle_le_fut(
    du_jour: frozenset[str], d_avant: frozenset[str] | None, retenus: frozenset[str]
) -> None:
    """Le titre a gagné un CCP, en a perdu un, l'a changé pour un autre, est hors délai, ne l'est plus."""
    assert ccp_a_exiger(du_jour, d_avant) == retenus


def test_un_ccp_ancien_se_lit_a_travers_le_titre_revise() -> None:
    correspondances = {"ANCIEN-1": frozenset({"BC01"})}
    assert lus_a_travers({"ANCIEN-1", "BC02"}, correspondances) == TOUS | {"ANCIEN-1"}
    assert lus_a_travers({"ANCIEN-2"}, correspondances) == {"ANCIEN-2"}


def ligne(ccps: dict[str, ResultatCcp], entretien: Entretien | None = None) -> ResultatCandidat:
    return ResultatCandidat("cand-1", present=True, ccps=ccps, entretien_final=entretien)


@pytest.mark.parametrize(
    ("cadre", "resultat", "avant", "attendue"),
    [
        (CADRE, ligne({"BC01": A, "BC02": A}, FAVORABLE), set(), Issue.TITRE),
        (CADRE, ligne({"BC01": A, "BC02": A}, DEFAVORABLE), set(), Issue.PARTIELLE),
        (CADRE, ligne({"BC01": A, "BC02": N}, FAVORABLE), set(), Issue.PARTIELLE),
        (CADRE, ligne({"BC01": N, "BC02": N}, NON_TENU), set(), Issue.ECHEC),
        (CADRE, ligne({"BC01": D, "BC02": D}, FAVORABLE), TOUS, Issue.TITRE),
        (CADRE, ligne({"BC01": D, "BC02": D}, DEFAVORABLE), TOUS, Issue.ECHEC),
        (CADRE, ligne({"BC01": D, "BC02": N}, FAVORABLE), {"BC01"}, Issue.ECHEC),
        (CADRE, ligne({"BC01": D, "BC02": A}, FAVORABLE), {"BC01"}, Issue.TITRE),
        (CCP_AVEC_ENTRETIEN, ligne({"BC01": A}, FAVORABLE), {"BC02"}, Issue.TITRE),
        (CCP_AVEC_ENTRETIEN, ligne({"BC01": A}, FAVORABLE), set(), Issue.CCP),
        (CCP_AVEC_ENTRETIEN, ligne({"BC01": A}, DEFAVORABLE), {"BC02"}, Issue.CCP),
        (CADRE_CCP, ligne({"BC01": A}), {"BC02"}, Issue.CCP),
        (CADRE_CCP, ligne({"BC01": N}), set(), Issue.ECHEC),
        (CADRE_CCS, ResultatCandidat("cand-1", True, ccs=ResultatCcs.ACQUIS), set(), Issue.CCS),
        (CADRE_CCS, ResultatCandidat("cand-1", True, ccs=ResultatCcs.NON_ACQUIS), set(), Issue.ECHEC),
        (CADRE, ResultatCandidat("cand-1", False, Absence.EXCUSEE), TOUS, Issue.EXCUSE),
        (CADRE, ResultatCandidat("cand-1", False, Absence.NON_EXCUSEE), TOUS, Issue.ABSENT),
    ],
)
def test_ce_que_le_candidat_emporte(cadre: Cadre, resultat: ResultatCandidat, avant: set[str], attendue: Issue) -> None:
    assert issue(cadre, TITRE.codes_ccp, resultat, avant) is attendue
