"""TCP ports of 127.0.0.1."""

import random
import socket
from pathlib import Path

_ADRESSE = "127.0.0.1"
_CHOIX = range(20_000, 32_000)
"""Below the range from which systems draw the ports of outgoing connections: what is free now stays so."""

_tires: dict[int, socket.socket] = {}
"""What holds the last ports that this process has drawn: names that the kernel forgets with it, or with the socket."""
_GARDES = 64

SALUT_AMQP = b"AMQP\x00\x00\x09\x01"
"""What a client says first to a broker, which then answers: AMQP 0-9-1."""


def est_libre(port: int) -> bool:
    """Returns whether a server may listen on `port`."""
    return _refus(port) is None


def est_permis(port: int) -> bool:
    """Returns whether this account may listen on `port`, were nobody there: one of the first is root's."""
    return not isinstance(_refus(port), PermissionError)


def _refus(port: int) -> OSError | None:
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((_ADRESSE, port))
        except OSError as refus:
            return refus
    return None


def port_libre() -> int:
    """Returns a free port, which nobody else draws meanwhile: its server may listen a minute later only."""
    return next(port for port in random.sample(_CHOIX, len(_CHOIX)) if est_libre(port) and retenir(port))


def retenir(port: int) -> bool:
    """Returns whether this process alone has drawn `port`; seen drawn twice, it cost a whole run of the tests. Chosen
    twice, it had two gateways listen (they let others do so), each with the answers of the other."""
    prise = socket.socket(socket.AF_UNIX)
    try:
        prise.bind(f"\0ceres-port-{port}")
    except OSError:
        prise.close()
        return False
    _tires[port] = prise
    if len(_tires) > _GARDES:
        _tires.pop(next(iter(_tires))).close()
    return True


def port_retenu(fichier: Path) -> int:
    """Returns the port that `fichier` remembers; draws one, and writes it, where it has none or one taken since, be it
    by who does not listen yet: of a folder and its copy, started together, one worked in the databases of the other."""
    lu = fichier.read_text() if fichier.exists() else ""
    garde = int(lu) if lu.isdecimal() else None  # of who was cut as it wrote, the file is empty
    if garde and est_libre(garde) and (garde in _tires or retenir(garde)):
        return garde
    port = port_libre()
    fichier.write_text(str(port))
    return port


def repond(port: int, salut: bytes = b"") -> bool:
    """Returns whether a server accepts connections on `port` and, where `salut` is said, answers it."""
    try:
        with socket.create_connection((_ADRESSE, port), timeout=1) as prise:
            prise.sendall(salut)
            return not salut or bool(prise.recv(8))
    except OSError:
        return False
