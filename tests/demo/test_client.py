"""Qui parle à l'API revient quand on lui dit de revenir, avec la même clé, et pas sans fin."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from demo import client
from demo.client import Client, Refus


class Passerelle(ThreadingHTTPServer):
    """One that answers, to each request after the first (which signs in), what a test tells it: a status a time."""

    def __init__(self) -> None:
        self.statuts, self.cles = [201], list[str | None]()
        super().__init__(("127.0.0.1", 0), Guichet)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Guichet(BaseHTTPRequestHandler):
    server: Passerelle

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        statut, corps = self.server.statuts.pop(0), json.dumps({"jeton": "j"}).encode()
        self.server.cles.append(self.headers["Idempotency-Key"])
        self.send_response(statut)
        if statut == 503:
            self.send_header("Retry-After", "3")
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def passerelle() -> Iterator[Passerelle]:
    with Passerelle() as la_passerelle:
        fil = threading.Thread(target=la_passerelle.serve_forever, args=[0.01])
        fil.start()
        yield la_passerelle
        la_passerelle.shutdown()
        fil.join()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited."""
    dites: list[float] = []
    monkeypatch.setattr(client.time, "sleep", dites.append)
    return dites


def test_qui_est_invite_a_revenir_revient_avec_sa_cle(passerelle: Passerelle, pauses: list[float]) -> None:
    """Seen: a whole loading given up, and `make run` with it, for one act of a thousand that a busy base refused."""
    passerelle.statuts += [503, 503, 201]
    assert Client(passerelle.url, "ud-demo", "demo").poster("/jures", cle="demo-jure-1") == {"jeton": "j"}
    assert (passerelle.cles, pauses) == ([None, *["demo-jure-1"] * 3], [3, 3])


@pytest.mark.parametrize(("statuts", "envois"), [([409], 1), ([503] * 30, 12)])
def test_un_refus_reste_un_refus_et_nul_ne_revient_sans_fin(
    passerelle: Passerelle, pauses: list[float], statuts: list[int], envois: int
) -> None:
    passerelle.statuts += statuts
    qui = Client(passerelle.url, "ud-demo", "demo")
    with pytest.raises(Refus):
        qui.poster("/jures", cle="demo-jure-1")
    assert (len(passerelle.cles) - 1, len(pauses)) == (envois, envois - 1)
