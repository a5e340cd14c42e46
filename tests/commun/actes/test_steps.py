"""A command as a sequence of steps: what is tried again, and how many times; what is asked for and may not be there."""

from typing import Any

import pytest

from commun.actes.steps import UN_MOMENT, Etapes, Fin, avancer, insister, si_connu
from commun.domain.errors import Droit, Introuvable, Refus, RefusDistant


@pytest.mark.parametrize(
    ("dites", "rendue", "essais"), [([1], 1, 1), ([0, 0, 1], 1, 3), ([0, 0, 2, 1], 2, 3), ([0, 0, 0, 1], 0, 3)]
)
@pytest.mark.parametrize("par_etapes", [True, False])
def test_on_insiste_jusqu_a_ce_qui_convient(dites: list[int], rendue: int, essais: int, par_etapes: bool) -> None:
    suite = iter(dites)

    def demander() -> Etapes[int]:
        yield "question"
        return next(suite)

    etapes = insister(demander if par_etapes else lambda: next(suite), lambda dite: dite == 0, 2)
    vues = []
    while not isinstance(etape := avancer(etapes), Fin):
        vues.append(etape)
    assert etape == Fin(rendue)
    assert vues.count("question") == (essais if par_etapes else 0)
    assert [v for v in vues if v != "question"] == [UN_MOMENT] * (essais - 1)


@pytest.mark.parametrize("absent", [Introuvable(), RefusDistant("Absent.", Introuvable().en_clair())])
def test_ce_qui_n_est_pas_la_n_est_rien_et_tout_autre_refus_en_est_un(absent: Refus) -> None:
    def demande(reponse: Any) -> Any:
        suite = si_connu("question")
        assert avancer(suite) == "question"
        return avancer(suite, reponse)

    assert demande({"code": "TP-1"}) == Fin({"code": "TP-1"})
    assert demande(absent) == Fin(None)
    with pytest.raises(Droit):
        demande(Droit())
