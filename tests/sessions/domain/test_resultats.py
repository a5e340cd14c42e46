"""RES-02: what each candidate leaves with, and by which CCPs a session closed once more is judged."""

from dataclasses import replace

import pytest

from services.sessions.domain.model import Cadre, Etat
from services.sessions.domain.resultats import (
    Absence,
    Entretien,
    Feuille,
    Issue,
    ResultatCandidat,
    ResultatCcp,
    ResultatCcs,
    ccp_a_exiger,
    issue,
)
from tests.sessions.domain.fabrique import CADRE, CADRE_CCP, CADRE_CCS, DURAND, FEUILLE, SIMON, TITRE, session

TOUS = frozenset({"BC01", "BC02"})
A, N, D = ResultatCcp.ACQUIS, ResultatCcp.NON_ACQUIS, ResultatCcp.DEJA_ACQUIS
FAVORABLE, DEFAVORABLE, NON_TENU = Entretien.FAVORABLE, Entretien.DEFAVORABLE, Entretien.NON_TENU
CCP_AVEC_ENTRETIEN = replace(CADRE_CCP, entretien_final=True)


@pytest.mark.parametrize(
    ("du_jour", "d_avant", "retenus"),
    [
        (TOUS, None, TOUS),
        (TOUS | {"BC03"}, TOUS, TOUS),
        (TOUS, TOUS | {"BC03"}, TOUS),
        (frozenset({"BC01", "BC04"}), TOUS, TOUS),
        (frozenset(), TOUS, TOUS),
        (TOUS, frozenset(), TOUS),
        (frozenset(), None, frozenset()),
    ],
)
def test_une_session_close_de_nouveau_se_juge_comme_elle_le_fut(
    du_jour: frozenset[str], d_avant: frozenset[str] | None, retenus: frozenset[str]
) -> None:
    """Le titre a gagné un CCP, en a perdu un, l'a changé pour un autre, est hors délai, ne l'est plus, l'était déjà."""
    assert ccp_a_exiger(du_jour, d_avant) == retenus


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


def test_qui_a_quitte_la_session_n_est_plus_de_sa_feuille() -> None:
    """« 2 jurés présents », said the page, of which one had been replaced: closing it was refused, for one."""
    avant = session(Etat.VALIDEE)
    sans_lui = replace(avant, candidats=(SIMON,), jures=avant.jures[:1])
    assert FEUILLE.des_inscrits(avant) == FEUILLE
    reste = FEUILLE.des_inscrits(sans_lui)
    assert [r.candidat_id for r in reste.resultats] == [SIMON.candidat_id]
    assert reste.jures_presents == {avant.jures[0].jure_id}


EXCUSE = ResultatCandidat(DURAND.candidat_id, present=False, absence=Absence.EXCUSEE)
DU_JUMEAU = FEUILLE.resultats[1]


@pytest.mark.parametrize(
    ("lignes", "excuses"),
    [
        pytest.param((EXCUSE,), [DURAND.candidat_id, SIMON.candidat_id], id="une seule ligne"),
        pytest.param((EXCUSE, DU_JUMEAU), [DURAND.candidat_id], id="l'autre présent"),
        pytest.param(
            (EXCUSE, replace(EXCUSE, candidat_id=SIMON.candidat_id, absence=Absence.NON_EXCUSEE)),
            [DURAND.candidat_id],
            id="l'autre absent sans excuse",
        ),
        pytest.param((DU_JUMEAU,), [], id="personne d'excusé"),
    ],
)
def test_de_deux_fiches_fusionnees_celle_qui_a_sa_ligne_n_a_pas_l_excuse_de_l_autre(
    lignes: tuple[ResultatCandidat, ...], excuses: list[str]
) -> None:
    """The one without a line is excused as its person is; one present, or away without excuse, counts (INS-04)."""
    fusionnes = session(Etat.VALIDEE, candidats=(DURAND, replace(SIMON, canonique_id=DURAND.candidat_id)))
    assert Feuille(lignes, frozenset()).excuses(fusionnes) == excuses


def test_qui_est_du_jury_et_n_etait_pas_la_n_est_pas_de_sa_feuille() -> None:
    un_seul = replace(FEUILLE, jures_presents=frozenset({"jure-2"}))
    assert un_seul.des_inscrits(session(Etat.VALIDEE)).jures_presents == {"jure-2"}
