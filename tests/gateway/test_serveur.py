"""The HTTP server's sockets, and the bodies that come by them."""

import errno
import gc
import io
import os
import resource
import socket
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import eventlet
import httpx
import pytest
from eventlet.event import Event
from flask import request
from nameko.web.handlers import HttpRequestHandler
from werkzeug.test import Client
from werkzeug.wrappers import Request as Requete
from werkzeug.wrappers import Response

from commun.config import config
from commun.domain.errors import Indisponible
from commun.storage.db import nouvel_id
from gateway import serveur, service
from gateway.app import creer_application
from gateway.serveur import Page, Serveur, TropLent
from tests.conftest import Systeme
from tests.outils.attente import attendre

ICI = "192.0.2.9"


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


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [(b"http://ceres/sante/vivant", 200), (b"HTTPS://ceres:8000/sante/vivant?", 200), (b"http://ceres?", 303)],
)
def test_une_adresse_dite_avec_son_hote_est_lue(systeme: Systeme, adresse: bytes, statut: int) -> None:
    """As who goes by a proxy says it; seen answered 404, each of them."""
    with _envoyer(systeme, b"GET %s HTTP/1.1\r\nHost: autre\r\nConnection: close\r\n\r\n" % adresse) as prise:
        assert prise.recv(100).startswith(b"HTTP/1.1 %d " % statut)


@pytest.mark.parametrize(
    "demande",
    [
        b"GET /jures?q=Nom %s HTTP/1.1\r\n\r\n",
        b"%s\r\n\r\n",
        b"POST /api/v1/mot-de-passe-oublie/%s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["une espace dans l'adresse", "pas une demande", "un corps qui se rompt"],
)
def test_le_journal_ne_repete_pas_ce_qui_ne_se_lit_pas(systeme: Systeme, demande: bytes) -> None:
    """Seen there whole, on lines that were no JSON: the name that is looked for, the secret of a link."""
    secret, temoin = nouvel_id(), nouvel_id()
    with _envoyer(systeme, demande % secret.encode()) as prise:
        prise.shutdown(socket.SHUT_WR)
        assert b" 400 " in prise.recv(1000)
        while prise.recv(1000):  # until the server is done with it
            pass
    httpx.get(f"{systeme.url}/sante/vivant", headers={"X-Request-Id": temoin}, timeout=30).raise_for_status()
    assert secret not in _journal_jusqu_a(systeme, temoin)


def test_une_demande_est_une_ligne_du_journal(systeme: Systeme) -> None:
    """A second one, which said less, was two fifths of all that a gateway writes."""
    une, suivante = nouvel_id(), nouvel_id()
    for numero in (une, suivante):
        httpx.get(f"{systeme.url}/sante/vivant", headers={"X-Request-Id": numero}, timeout=30).raise_for_status()
    assert _journal_jusqu_a(systeme, suivante).count(une) == 1


def test_une_longue_adresse_est_lue_par_qui_la_sert(systeme: Systeme) -> None:
    """And the page after it, whose referrer it is."""
    noms = {"q": "Fictif " * 5_000}
    entetes = {"Accept": "text/html", "Referer": f"{systeme.url}/connexion?q={'x' * 40_000}"}
    assert httpx.get(f"{systeme.url}/connexion", params=noms, headers=entetes, timeout=30).status_code == 200


class _Lent:
    """A client who sends a byte now and then."""

    def read(self, _n: int) -> bytes:
        eventlet.sleep(0.02)
        return b"x"


def test_un_corps_qui_traine_n_est_plus_attendu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serveur, "_PATIENCE", 0.1)
    absent = Page._recevoir(_Lent(), io.BytesIO(), 1000, ICI)
    with pytest.raises(TropLent):
        absent.read(1)


def test_un_corps_plus_long_est_attendu_plus_longtemps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serveur, "_PATIENCE", 0.1)
    monkeypatch.setattr(serveur, "_DEBIT", 2)
    assert Page._recevoir(_Lent(), io.BytesIO(), 10, ICI).read() == b"x" * 10


class _Rompu:
    """A client who leaves in the middle of what it sends."""

    def read(self, _n: int) -> bytes:
        raise OSError("unexpected end of file")


@pytest.mark.parametrize(
    ("entree", "statut", "phrase"), [(_Lent(), 408, "arrive trop lentement"), (_Rompu(), 400, "ne peut pas être lue")]
)
def test_un_formulaire_qui_n_arrive_pas_n_est_pas_une_erreur_de_ceres(
    entree: Any, statut: int, phrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen told as an unexpected error of ours (500), and waking who keeps watch, for anybody who hung up."""
    monkeypatch.setattr(serveur, "_PATIENCE", 0.1)
    corps = {"wsgi.input": Page._recevoir(entree, io.BytesIO(), 100, ICI)}
    http = creer_application().test_client()
    page = http.post("/connexion", data={"identifiant": "x" * 100}, environ_overrides=corps)
    assert (page.status_code, page.mimetype) == (statut, "text/html") and phrase in page.text
    assert http.post("/api/v1/jetons", json={}, environ_overrides=corps).status_code == statut


@pytest.mark.parametrize(
    ("tenus", "passe"),
    [
        ({ICI: serveur._TENUS_PAR_LIGNE}, False),
        ({"192.0.2.1": serveur._TENUS_PAR_LIGNE}, True),
        ({f"192.0.2.{n}": serveur._TENUS_MAX // 4 for n in range(4)}, False),
    ],
    ids=["d'ici", "d'une autre adresse", "de plusieurs"],
)
def test_trop_de_corps_a_la_fois_laissent_passer_les_formulaires(
    tenus: dict[str, int], passe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one address, those of the others pass too: five slow ones kept every file of everybody out."""
    monkeypatch.setattr(Page, "_tenus", Counter(tenus))
    assert Page._recevoir(io.BytesIO(b"x" * 60_000), io.BytesIO(), 60_000, ICI).read() == b"x" * 60_000
    grand = Page._recevoir(io.BytesIO(b"x" * 200_000), io.BytesIO(), 200_000, ICI)
    if passe:
        assert len(grand.read()) == 200_000
        return
    with pytest.raises(Indisponible):  # said to who reads it, and answered
        grand.read()


def test_un_corps_lu_rend_la_place_qu_il_tenait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else, a hundred megabytes later, no file comes in any more until the gateway starts again."""
    pendant: list[int] = []

    def lire(_page: Page, requete: Any) -> bytes:
        pendant.append(Page._tenus[ICI])
        return bytes(requete.environ["wsgi.input"].read())

    monkeypatch.setattr(Page, "_tenus", Counter())
    monkeypatch.setattr(HttpRequestHandler, "handle_request", lire)
    corps = b"x" * 200_000
    environ = {"REQUEST_METHOD": "PUT", "REMOTE_ADDR": ICI, "CONTENT_LENGTH": str(len(corps))}
    demande = SimpleNamespace(environ=environ | {"wsgi.input": io.BytesIO(corps)})
    assert object.__new__(Page).handle_request(demande) == corps
    assert (pendant, ICI in Page._tenus) == ([len(corps)], False)


def _journal_jusqu_a(systeme: Systeme, numero: str) -> str:
    """Returns what the gateway has logged, once it has of this request."""
    journal = systeme.journaux / "gateway.log"
    return str(attendre(lambda: numero in (lu := journal.read_text(errors="replace")) and lu))


def _envoyer(systeme: Systeme, octets: bytes) -> socket.socket:
    prise = socket.create_connection(("127.0.0.1", int(systeme.url.rsplit(":", 1)[1])), timeout=15)
    prise.sendall(octets)
    return prise


class _Injoignable(socket.socket):
    """The line to a client whose network is gone."""

    def recv_into(self, *_: Any) -> int:
        raise OSError(errno.EHOSTUNREACH, "No route to host")


def test_qui_demande_encore_pendant_l_arret_est_servi() -> None:
    """Connections are kept: nameko has no entrypoint any more as soon as it stops, and they ask until what was begun
    ends."""

    class Entree:
        def handle_request(self, _requete: Any) -> Response:
            return Response("fait")

    qui_ecoute, page = Serveur(), Entree()
    qui_ecoute.register_provider(page)
    application = qui_ecoute.get_wsgi_app()
    qui_ecoute.unregister_provider(page)
    assert Client(application).get("/jures").status_code == 200


def test_une_ligne_qui_rompt_n_emporte_pas_la_passerelle() -> None:
    """Seen ending the process, with everybody's pages: eventlet knows three ways for a line to break, networks more."""
    lui = Serveur()
    with socket.create_server(("127.0.0.1", 0)) as ecoute:
        lui._serv = lui.get_wsgi_server(ecoute, lambda _environ, _repondre: [])
        ligne = _Injoignable()
        lui.process_request(ligne, ("127.0.0.1", 1))
    assert ligne.fileno() == -1


def test_une_ligne_de_trop_attend_son_tour() -> None:
    """Seen ending the process, for whoever opened more connections than it had descriptors."""

    def repondre(_environ: Any, commencer: Any) -> list[bytes]:
        commencer("200 OK", [])
        return [b"servi"]

    lui, ecoute = Serveur(), eventlet.listen(("127.0.0.1", 0))
    lui._sock, lui._serv = ecoute, lui.get_wsgi_server(ecoute, repondre)
    lui.container = SimpleNamespace(spawn_managed_thread=eventlet.spawn)
    client = eventlet.connect(ecoute.getsockname())
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    bornes = resource.getrlimit(resource.RLIMIT_NOFILE)
    prochain = os.dup(0)
    os.close(prochain)
    resource.setrlimit(resource.RLIMIT_NOFILE, (prochain, bornes[1]))  # all those below are taken
    fil = eventlet.spawn(lui.run)
    try:
        eventlet.sleep(0.1)
        assert not fil.dead
        resource.setrlimit(resource.RLIMIT_NOFILE, bornes)
        with eventlet.Timeout(30):
            assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, bornes)
        fil.kill()
        client.close()
        ecoute.close()


def _servir(envoye: bytes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns what became of an answer of 40 MB to a client that sends this, then neither sends nor reads any more."""
    monkeypatch.setattr(serveur, "_SILENCE", 0.1)
    monkeypatch.setattr(serveur, "_REPOS", 0.1)
    suivi: list[str] = []

    def repondre(_environ: Any, commencer: Any) -> Iterator[bytes]:
        commencer("200 OK", [("Content-Type", "text/csv")])
        try:
            for _ in range(40):
                yield b"x" * 1_000_000
            suivi.append("entière")
        finally:
            suivi.append("close")

    lui, ecoute, servi = Serveur(), eventlet.listen(("127.0.0.1", 0)), Event()
    lui._sock, lui._serv = ecoute, lui.get_wsgi_server(ecoute, repondre)
    lui.container = SimpleNamespace(spawn_managed_thread=lambda servir: servi.send(servir()))
    muet = eventlet.connect(ecoute.getsockname())
    muet.sendall(envoye)
    fil = eventlet.spawn(lui.run)
    try:
        with eventlet.Timeout(20):
            servi.wait()
    finally:
        fil.kill()
        muet.close()
        ecoute.close()
    return suivi


def test_qui_ne_lit_plus_son_fichier_rend_sa_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four phones that had gone to sleep in the middle of an export kept the others from any, for ever."""
    assert _servir(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", monkeypatch) == ["close"]


def test_ce_qui_vient_peu_a_peu_part_jusqu_au_dernier_mot(monkeypatch: pytest.MonkeyPatch) -> None:
    """eventlet keeps back less than 512 bytes until there are more: a csv that was cut did not say so to its reader."""

    def exporter(_environ: Any, commencer: Any) -> Iterator[bytes]:
        commencer("200 OK", [("Content-Type", "text/csv")])
        yield b"x" * 1000
        yield b"FICHIER INCOMPLET"
        raise Indisponible()

    monkeypatch.setattr(service, "_application", lambda: exporter)

    def repondre(environ: Any, commencer: Any) -> Any:
        return service.Passerelle.repondre(None, Requete(environ))(environ, commencer)

    lui, ecoute = Serveur(), eventlet.listen(("127.0.0.1", 0))
    lui._serv = lui.get_wsgi_server(ecoute, repondre)
    client = eventlet.connect(ecoute.getsockname())
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    lui.process_request(*ecoute.accept())
    recu = client.makefile("rb").read()
    client.close()
    ecoute.close()
    assert (b"FICHIER INCOMPLET" in recu, recu.endswith(b"0\r\n\r\n")) == (True, False)


def test_qui_part_avant_sa_reponse_laisse_son_descripteur() -> None:
    """Seen kept until Python looked for its cycles: sixty more, of sixty answers cut."""

    def repondre(_environ: Any, commencer: Any) -> list[bytes]:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        eventlet.sleep(0.05)
        commencer("200 OK", [])
        return [b"x" * 100]

    lui, ecoute = Serveur(), eventlet.listen(("127.0.0.1", 0))
    lui._serv = lui.get_wsgi_server(ecoute, repondre)
    client = eventlet.connect(ecoute.getsockname())
    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    ligne, adresse = ecoute.accept()
    descripteur = ligne.fileno()
    gc.disable()
    try:
        lui.process_request(ligne, adresse)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descripteur)
    finally:
        gc.enable()
        ecoute.close()


@pytest.mark.parametrize("envoye", [b"", b"GET / HTTP/1.1\r\nHo"], ids=["rien", "une moitié"])
def test_qui_se_tait_est_quitte(envoye: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who had vanished kept a connection for ever, and its memory."""
    assert _servir(envoye, monkeypatch) == []


def test_un_fichier_recu_ne_passe_pas_par_le_disque(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A full one refused, as a fault of ours, every file of more than half a megabyte."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "plein"))  # where nothing can be written
    entete = b'--limite\r\nContent-Disposition: form-data; name="fichier"; filename="liste.csv"\r\n\r\n'
    corps, genre = entete + b"x" * 600_000 + b"\r\n--limite--\r\n", "multipart/form-data; boundary=limite"
    with creer_application().test_request_context("/", method="POST", data=corps, content_type=genre):
        assert len(request.files["fichier"].read()) == 600_000
