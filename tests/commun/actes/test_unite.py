"""Who acts, where nobody is signed in."""

from types import SimpleNamespace

import pytest
from nameko.rpc import Rpc

from commun.actes import unite
from commun.actes.unit_of_work import Acte
from commun.actes.unite import Unite
from commun.bus.acteur import SYSTEME
from commun.config import Config, ReglageFaux
from commun.domain.errors import NonAuthentifie


def acte(methode: str, **en_tetes: object) -> Acte:
    entree = Rpc()
    entree.method_name = methode
    contexte = SimpleNamespace(data=en_tetes, entrypoint=entree, service_name="essai", call_id="1", call_id_stack=["1"])
    return Unite("essai").get_dependency(contexte)  # type: ignore[no-any-return]


def test_ce_que_l_exploitation_fait_reconstruire_l_est_par_ceres() -> None:
    """The operator has no account. Seen: « Identifiez-vous », wherever a copy rebuilt had something to trace."""
    assert acte("reconstruire_repliques").acteur == SYSTEME
    with pytest.raises(NonAuthentifie):
        _ = acte("suspendre").acteur
    assert acte("suspendre").appele


def test_un_service_sans_base_ne_demarre_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen said ready to work, then « en panne » for ever, its log naming no setting."""
    monkeypatch.setattr(unite, "config", Config)
    monkeypatch.delenv("DATABASE_URL_ESSAI", raising=False)
    with pytest.raises(ReglageFaux, match=r"^DATABASE_URL doit nommer la base de essai"):
        Unite("essai").setup()


def test_l_exploitation_attend_autant_qu_elle_veut() -> None:
    assert acte("reconstruire_repliques", **{"ceres-delai": 900.0})._patience() == 900.0
    assert acte("reconstruire_repliques", **{"ceres-delai": 900.0})._attente() == 30.0  # a lost page is not waited for
