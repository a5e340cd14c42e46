"""The HTTP server's sockets."""

import socket

from gateway.serveur import Serveur


def test_une_reponse_n_attend_pas_l_accuse_de_ses_en_tetes() -> None:
    """Without it, a body of over 16 kB leaves 40 ms after its headers, on a connection that is kept."""
    with socket.create_server(("127.0.0.1", 0)) as ecoute:
        Serveur().get_wsgi_server(ecoute, lambda _environ, _repondre: [])
        with socket.create_connection(ecoute.getsockname()), ecoute.accept()[0] as acceptee:
            assert acceptee.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
