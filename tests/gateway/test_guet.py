"""What is new for whom: asked once for all the streams of a process, however many there are."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from commun.bus.appel import Appel
from commun.domain.errors import ErreurInterne, Indisponible
from gateway import guet as module
from gateway.api.table import PAR_OPERATION
from gateway.guet import Guet


class Service:
    """What says the marks of accounts: those that a test gives, or a refusal."""

    def __init__(self) -> None:
        self.reperes: Any = {}
        self.demandes: list[tuple[str, str, list[str]]] = []

    def appeler(self, service: str, methode: str, appel: Appel, *, comptes: list[str]) -> Any:
        assert appel.delai > 0
        self.demandes.append((service, methode, comptes))
        if isinstance(self.reperes, Exception):
            raise self.reperes
        return {compte: self.reperes[compte] for compte in comptes}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    nouveau = Service()
    monkeypatch.setattr(module, "client", nouveau)
    return nouveau


@pytest.fixture
def guet(monkeypatch: pytest.MonkeyPatch) -> Guet:
    """One whose rounds are those of the test."""
    monkeypatch.setattr(module, "repeter", lambda *_: True)
    return Guet("notifications.reperes_messages")


def test_une_question_pour_tous_et_aucune_pour_personne(guet: Guet, service: Service) -> None:
    guet.regarder()
    service.reperes = {"lui": [1], "elle": [2]}
    for compte in ("lui", "elle", "lui"):
        guet.repere(compte)
    guet.regarder()
    assert (guet.repere("lui"), guet.repere("elle"), guet.repere("lui")) == ([1], [2], [1])
    service.reperes = {"lui": [1], "elle": [3]}
    guet.regarder()
    assert (guet.repere("lui"), guet.repere("elle")) == ([1], [3])
    assert service.demandes == [("notifications", "reperes_messages", ["lui", "elle"])] * 2


def test_qui_passe_d_une_page_a_l_autre_reste_connu_et_qui_est_parti_est_oublie(
    guet: Guet, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each page would ask by itself once more, as it opens."""
    horloge = SimpleNamespace(instant=0.0)
    monkeypatch.setattr(module.time, "monotonic", lambda: horloge.instant)
    service.reperes = {"lui": [1]}
    guet.repere("lui")
    horloge.instant = module._ENCORE - 1
    guet.regarder()
    assert guet.repere("lui") == [1]
    horloge.instant += module._ENCORE
    guet.regarder()
    assert len(service.demandes) == 1


@pytest.mark.parametrize("refus", [Indisponible(), ErreurInterne()])
def test_ce_qu_on_ne_sait_pas_ne_ressemble_a_rien(guet: Guet, service: Service, refus: Exception) -> None:
    """Each stream then asks for itself, as where the service is of the version before, which does not know it."""
    service.reperes = {"lui": [1]}
    assert guet.repere("lui") != guet.repere("lui")
    guet.regarder()
    assert guet.repere("lui") == guet.repere("lui")
    service.reperes = refus
    with pytest.raises(type(refus)):
        guet.regarder()
    assert guet.repere("lui") != guet.repere("lui")


def test_un_guet_se_tient_des_que_quelqu_un_attend(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    tours: list[tuple[float, Callable[[], None]]] = []
    monkeypatch.setattr(module, "repeter", lambda *tour: tours.append(tour) or True)
    guet = Guet("notifications.reperes_messages")
    assert tours == []
    for _ in range(2):
        guet.repere("lui")
    assert tours == [(module.RYTHME, guet.regarder)]


def test_les_messages_sont_guettes() -> None:
    appelee = PAR_OPERATION["GET /messages/flux"].reperes
    assert module.guet(appelee) is module.guet(appelee)
    assert (module.guet(appelee)._service, module.guet(appelee)._methode) == ("notifications", "reperes_messages")
