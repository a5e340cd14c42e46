"""The HTTP server's sockets, and the bodies that come by them."""

import io
import socket
from contextlib import ExitStack

import eventlet
import httpx
import pytest
from werkzeug.exceptions import RequestTimeout

from commun.config import config
from commun.errors import Indisponible
from gateway import serveur
from gateway.serveur import Page, Serveur
from tests.conftest import Systeme


def test_une_reponse_n_attend_pas_l_accuse_de_ses_en_tetes() -> None:
    """Without it, a body of over 16 kB leaves 40 ms after its headers, on a connection that is kept."""
    with socket.create_server(("127.0.0.1", 0)) as ecoute:
        Serveur().get_wsgi_server(ecoute, lambda _environ, _repondre: [])
        with socket.create_connection(ecoute.getsockname()), ecoute.accept()[0] as acceptee:
            assert acceptee.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_qui_envoie_lentement_n_occupe_personne(systeme: Systeme) -> None:
    """Each holds a connection, none a worker, of which there are fewer than of them."""
    lente = (
        b"POST /api/v1/jetons HTTP/1.1\r\nHost: ceres\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
    )
    with ExitStack() as ouvertes:
        lentes = [ouvertes.enter_context(_envoyer(systeme, lente)) for _ in range(config().ouvriers + 4)]
        assert httpx.get(f"{systeme.url}/sante/vivant", timeout=15).status_code == 200
        lentes[0].sendall(b"}")
        assert lentes[0].recv(100).startswith(b"HTTP/1.1 422 ")


@pytest.mark.parametrize(
    ("debut", "statut"),
    [
        (b"Content-Length: 2\r\nConnection: close\r\n\r\n{}", 422),
        (b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 422),
        (b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
        (b"Content-Length: 20000001\r\nConnection: close\r\n\r\n{", 422),
    ],
)
def test_un_corps_se_lit_ou_se_refuse(systeme: Systeme, debut: bytes, statut: int) -> None:
    demande = b"POST /api/v1/jetons HTTP/1.1\r\nHost: ceres\r\nContent-Type: application/json\r\n" + debut
    with _envoyer(systeme, demande) as prise:
        assert prise.recv(100).startswith(b"HTTP/1.1 %d " % statut)


class _Lent:
    """A client who sends a byte now and then."""

    def read(self, _n: int) -> bytes:
        eventlet.sleep(0.02)
        return b"x"


def test_un_corps_qui_traine_n_est_plus_attendu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serveur, "_PATIENCE", 0.1)
    absent = Page._recevoir(_Lent(), io.BytesIO(), 1000)
    with pytest.raises(RequestTimeout):
        absent.read(1)


def test_trop_de_corps_a_la_fois_laissent_passer_les_formulaires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Page, "_tenus", serveur._TENUS_MAX)
    assert Page._recevoir(io.BytesIO(b"x" * 60_000), io.BytesIO(), 60_000).read() == b"x" * 60_000
    with pytest.raises(Indisponible):
        Page._recevoir(io.BytesIO(b"x" * 200_000), io.BytesIO(), 200_000).read()


def _envoyer(systeme: Systeme, octets: bytes) -> socket.socket:
    prise = socket.create_connection(("127.0.0.1", int(systeme.url.rsplit(":", 1)[1])), timeout=15)
    prise.sendall(octets)
    return prise
