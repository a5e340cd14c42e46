"""The HTTP server: nameko's, whose answers leave at once."""

import socket
from typing import Any

from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import WebServer


class Serveur(WebServer):
    """Sends an answer without waiting for the client to acknowledge its headers.

    eventlet writes headers, then a body of over 16 kB, apart: Nagle's algorithm keeps the body back until the headers
    are acknowledged, which clients delay by 40 ms.
    """

    def get_wsgi_server(self, sock: socket.socket, *arguments: Any, **nommes: Any) -> Any:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)  # the sockets that it accepts inherit it
        return super().get_wsgi_server(sock, *arguments, **nommes)


class Page(HttpRequestHandler):
    """nameko's entrypoint, on this server."""

    server = Serveur()

    def check_signature(self, args: Any, kwargs: Any) -> None:
        """Checks nothing: the arguments are those of the address, which names the method's own."""


http = Page.decorator
