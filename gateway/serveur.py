"""The HTTP server: nameko's, whose answers leave at once, and which no slow client keeps from others."""

import io
import re
import socket
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import eventlet
from eventlet import wsgi
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug import Request

from commun.domain.errors import Indisponible, Refus, TropDeRequetes
from commun.ecoute import ecouter
from commun.fils import sans_faillir
from commun.telemetry import faute, journal
from gateway.entrees import entrees, ligne, s_identifie

TAILLE_ENVOI = 20_000_000
"""Bytes of any request, at most; what each route takes of them, it says (`Route.taille`)."""
_SILENCE, _REPOS = 60, 3900
"""Seconds that a client may keep silent in the middle of a request or of its answer, and between two requests: longer
than what stands in front of us rests (Envoy: an hour), which would else send a request as we hang up."""
_PATIENCE, _DEBIT = 10, 20_000
"""Seconds that a body may take to come, and bytes for which it is given one more: a slow line, no slower."""
_TENUS_MAX, _TENUS_PAR_LIGNE = 100_000_000, 40_000_000
"""Bytes of the bodies under way, all together, and from one address, as many as the files that are read at once; over
it, those that are no more than a form go on. Five sent as slowly as they may be, by nobody that we know, took them all,
and no file came in for a quarter of an hour.
"""
_LIGNE = _MORCEAU = 1 << 16
"""Bytes of an address, or of a header (the next page has that address as its referrer), that whoever serves it answers:
at its own limit, 8 kB, eventlet gave who had pasted a page of names into a search an empty page."""
_ENTIERE = re.compile(r"https?://([^/?#]+)(/?.*)", re.IGNORECASE)
"""An address said with its host, as who goes by a proxy does."""


class _Ligne(HttpOnlyProtocol):
    """A connection, whose descriptor is given back at its end."""

    path: str

    def parse_request(self) -> bool:
        """Reads a whole address as its path on its host, which every server must (RFC 9112, §3.2.2)."""
        if not super().parse_request():
            return False
        if entiere := _ENTIERE.fullmatch(self.path):
            hote, chemin = entiere.groups()
            self.path = "/" + chemin.lstrip("/")
            del self.headers["Host"]
            self.headers["Host"] = hote
        return True

    def finish(self) -> None:
        """Closes what is read of it too: where the last of an answer cannot be sent, it would stay open, descriptor and
        all, until Python looks for its cycles.
        """
        try:
            super().finish()
        finally:
            self.rfile.close()

    def log_message(self, *_de_quoi: Any) -> None:
        """Says that what came is no request, and not what it was: its address may hold a name, or a link's secret."""
        journal.warning("demande_illisible")

    def log_request(self, *_reponse: Any) -> None:
        """Says nothing: `log_message` has."""


class Serveur(WebServer):
    """Sends an answer without waiting for the client to acknowledge its headers.

    eventlet writes headers, then a body of over 16 kB, apart: Nagle's algorithm keeps the body back until the headers
    are acknowledged, which clients delay by 40 ms.
    """

    _starting: bool

    def start(self) -> None:
        """Listens; nameko's own would share its port with whoever listens there."""
        if self._starting:
            return
        self._starting = True
        self._sock = ecouter(self.bind_addr, "CERES_PORT")
        self._sock.settimeout(None)
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)

    def get_wsgi_server(self, sock: socket.socket, *arguments: Any, **nommes: Any) -> Any:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)  # the sockets that it accepts inherit it
        serveur = super().get_wsgi_server(sock, *arguments, protocol=_Ligne, **nommes)
        serveur.socket_timeout, serveur.keepalive = _SILENCE, _REPOS
        serveur.log = wsgi.LoggerNull()  # as `log_message`: it says the address of a request whose body breaks off
        wsgi.MAX_HEADER_LINE = serveur.url_length_limit = _LIGNE
        return serveur

    def get_wsgi_app(self) -> Any:
        """Returns what hands every request to the one entrypoint: which addresses and methods there are, the
        application alone says. nameko would refuse some by itself, in HTML and in English.

        Taken as the server starts: once the container stops, nameko names no entrypoint any more, and connections that
        are open still ask.
        """
        (page,) = self._providers
        return lambda environ, repondre: page.handle_request(Request(environ, shallow=True))(environ, repondre)

    def run(self) -> None:
        """Takes connections, one after the other."""
        accepter = sans_faillir(self._sock.accept)
        while self._is_accepting:
            ligne, adresse = accepter()
            self.container.spawn_managed_thread(partial(self.process_request, ligne, adresse))

    def process_request(self, sock: socket.socket, address: Any) -> None:
        """Serves a connection. Whatever breaks it ends it alone: nameko would end the process, and everybody's."""
        try:
            super().process_request(sock, address)
        except Exception as panne:
            journal.warning("connexion_rompue", **faute(panne))
            sock.close()


class Page(HttpRequestHandler):
    """nameko's entrypoint, on this server.

    A request is given a worker once its body is there: workers are few, and a client that sends one byte now and then
    would hold one for as long as it likes, a handful of them all.
    """

    server = Serveur()
    _tenus: ClassVar[Counter[str]] = Counter()

    def get_entrypoint_parameters(self, request: Any) -> Any:
        """Returns the request alone: its address is in it."""
        return (request,), {}

    def handle_request(self, request: Any) -> Any:
        environ = request.environ
        annonce = int(environ.get("CONTENT_LENGTH") or 0)
        morcele = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"  # as eventlet knows it
        if annonce > TAILLE_ENVOI or not (annonce or morcele):  # refused without being read, or empty
            return super().handle_request(request)
        corps, qui = io.BytesIO(), ligne(environ)
        try:
            environ["wsgi.input"] = self._recevoir(environ["wsgi.input"], corps, annonce or TAILLE_ENVOI + 1, qui)
            return self._faire_entrer(request, qui) if s_identifie(environ) else super().handle_request(request)
        finally:
            Page._tenus[qui] -= len(corps.getbuffer())
            if not Page._tenus[qui]:
                del Page._tenus[qui]

    def _faire_entrer(self, request: Any, qui: str) -> Any:
        with ExitStack() as dedans:
            try:
                dedans.enter_context(entrees.passer(qui))
            except TropDeRequetes as refus:
                request.environ["wsgi.input"] = _Absent(refus)
            return super().handle_request(request)

    @staticmethod
    def _recevoir(entree: Any, corps: io.BytesIO, attendus: int, qui: str) -> Any:
        """Returns a body as it came, or what says to who reads it why it did not. `qui`: the address that sends it."""
        try:
            with eventlet.Timeout(_PATIENCE + attendus / _DEBIT):
                while attendus > 0 and (lu := entree.read(min(attendus, _MORCEAU))):
                    attendus -= corps.write(lu)
                    Page._tenus[qui] += len(lu)
                    trop = Page._tenus[qui] > _TENUS_PAR_LIGNE or Page._tenus.total() > _TENUS_MAX
                    if trop and corps.tell() > _MORCEAU:
                        raise Indisponible()
        except eventlet.Timeout:
            return _Absent(TropLent())
        except Refus as refus:
            return _Absent(refus)
        except (OSError, ValueError):  # a line that broke, chunks that are none
            return _Absent(Illisible())
        corps.seek(0)
        return corps


@dataclass
class TropLent(Refus):
    """408: the body did not come in the time that its length gives it."""

    detail: str = (
        "Ce que vous envoyez arrive trop lentement, et n'a pas été attendu plus longtemps : rien n'a été enregistré."
    )
    statut = 408
    code = "INVALIDE"


@dataclass
class Illisible(Refus):
    """400: the body broke off, or is none. Most often nobody is there any more to read this: it is no fault of ours."""

    detail: str = "Cette demande ne peut pas être lue."
    statut = 400
    code = "INVALIDE"


class _Absent(io.RawIOBase):
    """A body that did not come."""

    def __init__(self, pourquoi: Refus) -> None:
        self._pourquoi = pourquoi

    def readable(self) -> bool:
        return True

    def readinto(self, _tampon: Any) -> int:
        raise self._pourquoi


toute_demande = Page.decorator("*", "*")
"""Marks the method that answers every request, whatever its method and its address."""
