"""Elements are told once each, in order, as they are asked for."""

from collections.abc import Iterator

import pytest

from commun.domain.lots import par_lots


@pytest.mark.parametrize(
    ("combien", "lots"), [(0, []), (1, [[0]]), (3, [[0, 1, 2]]), (4, [[0, 1, 2], [3]]), (6, [[0, 1, 2], [3, 4, 5]])]
)
def test_chaque_element_est_d_un_lot_et_d_un_seul(combien: int, lots: list[list[int]]) -> None:
    assert list(par_lots(range(combien), 3)) == lots


def test_un_lot_n_en_lit_pas_plus_que_les_siens() -> None:
    lus: list[int] = []

    def lire() -> Iterator[int]:
        for n in range(10):
            lus.append(n)
            yield n

    assert next(par_lots(lire(), 3)) == [0, 1, 2]
    assert lus == [0, 1, 2]
