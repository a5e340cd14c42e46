"""The ports that a process listens on, alone."""

import errno
from typing import Any

import eventlet

from commun.config import ReglageFaux

_POURQUOI = {
    errno.EADDRINUSE: "un autre programme de cette machine l'a déjà",
    errno.EACCES: "ce compte n'a pas le droit de l'ouvrir",
}


def ecouter(lieu: tuple[str, int], variable: str) -> Any:
    """Returns a socket that listens on this address and port, which `variable` says.

    Raises:
        ReglageFaux: another process has it, which eventlet lets be: each would have half of what comes for the other.
    """
    try:
        return eventlet.listen(lieu, reuse_port=False)
    except OSError as panne:
        pourquoi = _POURQUOI.get(panne.errno or 0, str(panne))
        raise ReglageFaux(f"{variable}={lieu[1]} : ce port ne s'ouvre pas, {pourquoi}.") from None
