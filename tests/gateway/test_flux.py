"""A stream: what is new, once, as it comes; a sign of life in between; and what ends it."""

import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from flask import Flask

from commun.bus.appel import Appel
from commun.domain.errors import Indisponible, Introuvable, NonAuthentifie
from gateway import auth, flux
from gateway.api.table import PAR_OPERATION
from gateway.ouvertes import Ouvertes

DEBUT = b"retry: 2000\n\n"


def lot(*ids: str, fin: bool = False) -> dict[str, Any]:
    return {"evenements": [{"id": i, "type": "message", "donnees": {"n": i}} for i in ids], "fin": fin}


def dit(id_: str) -> bytes:
    return f'id: {id_}\nevent: message\ndata: {{"n":"{id_}"}}\n\n'.encode()


class Service:
    """What is asked of it, and what it answers, one after the other: a lot, or a refusal."""

    def __init__(self, *lots: Any) -> None:
        self.lots, self.demandes = list(lots), list[str | None]()

    def demander(self, apres: str | None) -> Any:
        self.demandes.append(apres)
        suite = self.lots.pop(0)
        if isinstance(suite, Exception):
            raise suite
        return suite


@pytest.fixture
def client() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The line to who reads the stream: our end, and his."""
    ici, la = socket.socketpair()
    ici.setblocking(False)
    with ici, la:
        yield ici, la


@pytest.fixture
def couler(
    client: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Iterator[bytes]]:
    """Opens the stream of a service, whose first lot has come."""
    monkeypatch.setattr(flux, "RYTHME", 0.01)
    monkeypatch.setattr(flux, "_ouverts", Ouvertes(1, 1, "", 1))

    def ouvrir(
        service: Service, premier: Any, veiller: Callable[[], Any] = bool, repere: Callable[[], Any] = object
    ) -> Iterator[bytes]:
        prise = SimpleNamespace(fd=client[0])
        return flux._evenements(service.demander, premier, veiller, prise, repere, repere())

    return ouvrir


def test_chaque_evenement_est_dit_une_fois_et_la_suite_demandee_apres_lui(couler: Callable[..., Any]) -> None:
    service = Service(lot("1", "2"), lot(), lot(fin=True))
    assert list(couler(service, lot("1"))) == [DEBUT, dit("1"), dit("2")]
    assert service.demandes == ["1", "2", "2"]


def test_un_flux_qui_n_a_rien_a_dire_dit_qu_il_vit(couler: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flux, "_BATTEMENT", 0)
    assert list(couler(Service(lot(), lot(fin=True)), lot())) == [DEBUT, b":\n\n", b":\n\n"]


def test_rien_n_est_demande_tant_qu_il_n_y_a_rien_de_neuf(couler: Callable[..., Any]) -> None:
    """Each open page asked every second: a hundred took a third of a processor."""
    reperes = iter(["vu", "vu", "vu", "autre", "autre", "un troisième", "jamais lu"])
    service = Service(lot(), lot("2", fin=True))
    assert list(couler(service, lot("1"), repere=lambda: next(reperes))) == [DEBUT, dit("1"), dit("2")]
    assert (service.demandes, list(reperes)) == (["1", "1"], ["jamais lu"])


def test_qui_revient_apres_longtemps_n_attend_pas_du_neuf_pour_le_reste(couler: Callable[..., Any]) -> None:
    service = Service(lot("3", "4") | {"suite": True}, lot("5"), lot("6"))
    ouvert = couler(service, lot("1", "2") | {"suite": True}, repere=lambda: "le même")
    with eventlet.Timeout(30):
        assert [next(ouvert) for _ in range(6)] == [DEBUT, *(dit(n) for n in "12345")]
    flux._ouverts.fermer()
    assert len(list(ouvert)) == 1
    assert service.demandes == ["2", "4"]


def test_un_flux_qui_ne_demande_rien_dit_qu_il_vit_et_finit_avec_le_droit_de_l_ecouter(
    couler: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flux, "_BATTEMENT", 0)
    droits = iter([True, True, True])

    def veiller() -> None:
        if not next(droits, False):
            raise NonAuthentifie()

    service = Service()
    assert list(couler(service, lot("1"), veiller, lambda: "le même")) == [DEBUT, dit("1"), *[b":\n\n"] * 3]
    assert service.demandes == []


def test_un_flux_finit_avant_le_jeton_de_qui_l_ouvre(
    couler: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flux, "DUREE", -1)
    service = Service()
    assert list(couler(service, lot("1"))) == [DEBUT, dit("1")]
    assert service.demandes == []


def test_qui_n_a_plus_le_droit_d_ecouter_n_apprend_plus_rien(couler: Callable[..., Any]) -> None:
    def refuser() -> None:
        raise NonAuthentifie

    service = Service(lot("2"))
    assert list(couler(service, lot("1"), refuser)) == [DEBUT, dit("1")]
    assert service.demandes == []


def test_un_service_qui_ne_repond_plus_finit_le_flux(couler: Callable[..., Any]) -> None:
    assert list(couler(Service(Indisponible()), lot("1"))) == [DEBUT, dit("1")]


def test_qui_a_raccroche_n_est_plus_servi(
    couler: Callable[..., Any], client: tuple[socket.socket, socket.socket]
) -> None:
    service = Service(lot("2"))
    ouvert = couler(service, lot("1"))
    assert next(ouvert) == DEBUT
    client[1].close()
    assert list(ouvert) == [dit("1")]
    assert service.demandes == []


def test_un_flux_refuse_ne_garde_pas_de_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else who is refused a few times has none until the gateway starts again."""

    def refuser(**_: Any) -> Any:
        raise Introuvable()

    monkeypatch.setattr(flux, "_ouverts", Ouvertes(1, 1, "", 1))
    monkeypatch.setattr(flux, "demandeur", lambda *_: refuser)
    for _ in range(2):
        with Flask("essai").test_request_context(), pytest.raises(Introuvable):
            flux.couler(PAR_OPERATION["GET /messages/flux"], Appel("r-1"), {}, "lui")


def test_un_flux_ferme_rend_sa_place(
    client: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who has left twenty pages has none that keeps itself up to date any more."""
    entree = SimpleNamespace(get_socket=lambda: SimpleNamespace(fd=client[0]))
    monkeypatch.setattr(flux, "_ouverts", Ouvertes(1, 1, "", 1))
    monkeypatch.setattr(flux, "demandeur", lambda *_: lambda **_: lot("1"))
    monkeypatch.setattr(auth, "veilleur", lambda: bool)
    for _ in range(2):
        with Flask("essai").test_request_context(environ_overrides={"eventlet.input": entree}):
            flux.couler(PAR_OPERATION["GET /messages/flux"], Appel("r-1"), {}, "lui").close()


def test_la_passerelle_qui_s_en_va_finit_ses_flux(couler: Callable[..., Any]) -> None:
    """And waits for them: cut, each would come back at once to who is about to go."""
    service, finis = Service(lot("2")), list[bytes]()
    ouvert, place = couler(service, lot("1")), flux._ouverts.prendre("lui")

    def finir() -> None:
        finis.extend(ouvert)
        flux._ouverts.rendre(place)

    eventlet.spawn_after(0.05, finir)
    with eventlet.Timeout(30):
        flux.Flux().stop()
    *dits, retour = finis
    assert (dits, service.demandes) == ([DEBUT, dit("1")], [])
    assert 2000 < int(retour.removeprefix(b"retry: ")) <= 20_000, "each page comes back at another instant"
