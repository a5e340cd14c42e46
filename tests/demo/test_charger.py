"""Le chargement de la démonstration : repris où il s'est arrêté, même un autre jour, et jamais fait deux fois."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from commun import clock
from commun.storage.db import moteur, nouvel_id
from demo import comptes
from demo.charger import Chargement
from tests.conftest import Systeme


class Registre:
    """Who keeps what was said under each key, and refuses that it be something else."""

    def __init__(self) -> None:
        self.dits: dict[str, Any] = {}

    def poster(self, _chemin: str, corps: dict[str, Any], *, cle: str) -> None:
        assert self.dits.setdefault(cle, corps) == corps


@pytest.fixture
def chargement(systeme: Systeme, monkeypatch: pytest.MonkeyPatch) -> Chargement:
    """A loading whose first and last accounts were never created."""
    monkeypatch.setenv("DATABASE_URL_GATEWAY", systeme.url_base("gateway"))
    moteur("gateway").dispose()
    monkeypatch.setattr(comptes, "PREMIER", f"premier-{nouvel_id()}")
    monkeypatch.setattr(comptes, "DERNIER", f"dernier-{nouvel_id()}")
    return Chargement(systeme.url)


def au(jour: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes it 23:30 UTC on this day: the next one in Paris."""
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(jour.year, jour.month, jour.day, 23, 30, tzinfo=UTC))


def test_un_chargement_repris_un_autre_jour_dit_la_meme_chose(
    chargement: Chargement, systeme: Systeme, monkeypatch: pytest.MonkeyPatch
) -> None:
    registre = Registre()
    monkeypatch.setattr(Chargement, "_client", lambda *_: registre)
    au(date(2026, 3, 1), monkeypatch)
    comptes.creer(comptes.PREMIER, "Mission", comptes.NATIONAL)
    assert chargement._titres() == len(registre.dits)
    au(date(2026, 3, 4), monkeypatch)
    comptes.creer(comptes.PREMIER, "Mission", comptes.NATIONAL)
    repris = Chargement(systeme.url)
    assert repris._titres() == len(registre.dits)
    assert repris._jour == date(2026, 3, 2)


def test_une_demonstration_chargee_ne_se_recharge_pas_quand_un_mot_de_passe_change(
    chargement: Chargement, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not chargement.deja_fait
    comptes.creer(comptes.DERNIER, "Autre centre", comptes.ud("75"))
    monkeypatch.setattr(comptes, "MOT_DE_PASSE", "celui du compte n'est plus celui du chargement")
    assert chargement.deja_fait
