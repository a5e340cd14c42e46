"""The row of a promise takes its figures, empty or not, and no other row changes."""

import pytest

from tests.pannes.rapport import RAPPORT, noter_dans

PAGE = RAPPORT.read_text("utf-8")


@pytest.mark.parametrize("promesse", [f"P{n}" for n in range(1, 11)])
def test_un_chiffre_prend_la_place_du_precedent(promesse: str) -> None:
    vide = noter_dans(PAGE, promesse, "")
    vue = noter_dans(noter_dans(vide, promesse, "chiffre remplacé"), promesse, r"12 % \1 sur 3")
    changees = [(a, b) for a, b in zip(vide.splitlines(), vue.splitlines(), strict=True) if a != b]
    assert len(changees) == 1
    assert changees[0][1].startswith(f"| {promesse} |")
    assert r" 12 % \1 sur 3 | " in changees[0][1]
    assert "chiffre remplacé" not in vue


def test_une_promesse_inconnue_ne_s_ecrit_nulle_part() -> None:
    with pytest.raises(AssertionError, match="P99"):
        noter_dans(PAGE, "P99", "1")
