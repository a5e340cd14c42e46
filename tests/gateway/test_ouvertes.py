"""Answers that last: how many at once, for whom, and until when."""

import eventlet
import pytest

from commun.domain.errors import Indisponible, TropDeRequetes
from gateway.ouvertes import Ouvertes


@pytest.fixture
def ouvertes() -> Ouvertes:
    return Ouvertes(3, 2, "Vous en recevez déjà 2.", 10)


def test_au_dela_de_quelques_reponses_on_attend(ouvertes: Ouvertes) -> None:
    places = [ouvertes.prendre(f"compte {n}") for n in range(3)]
    with pytest.raises(Indisponible):
        ouvertes.prendre("un autre")
    for _ in range(2):
        ouvertes.rendre(places[0])  # twice, as an answer cut while it is prepared: it is one place
    ouvertes.prendre("un autre")
    with pytest.raises(Indisponible):
        ouvertes.prendre("un autre encore")


def test_un_compte_laisse_une_place_aux_autres(ouvertes: Ouvertes) -> None:
    for _ in range(2):
        ouvertes.prendre("lui")
    with pytest.raises(TropDeRequetes, match="Vous en recevez déjà 2") as refus:
        ouvertes.prendre("lui")
    assert refus.value.reessayer_dans == 10
    ouvertes.prendre("un autre")


def test_une_reponse_qui_echoue_rend_sa_place(ouvertes: Ouvertes) -> None:
    """Else, a few failures later, nobody has one until the process starts again."""
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), ouvertes.tenir("lui"):
            _ = 1 / 0
    with ouvertes.tenir("lui"):
        pass


def test_qui_ne_finit_pas_n_est_pas_attendu_sans_fin(ouvertes: Ouvertes) -> None:
    ouvertes.prendre("lui")
    with eventlet.Timeout(3):
        ouvertes.attendre_la_fin(0.02)


def test_ce_qui_se_ferme_ne_prend_plus_personne_et_laisse_finir(ouvertes: Ouvertes) -> None:
    place = ouvertes.prendre("lui")
    assert not ouvertes.attendre_la_fermeture(0.01)
    eventlet.spawn_after(0.02, ouvertes.fermer)
    assert ouvertes.attendre_la_fermeture(5)
    with pytest.raises(Indisponible):
        ouvertes.prendre("un autre")
    eventlet.spawn_after(0.02, ouvertes.rendre, place)
    with eventlet.Timeout(3):
        ouvertes.attendre_la_fin(5)
    with eventlet.Timeout(3):
        Ouvertes(1, 1, "", 1).attendre_la_fin(5)
