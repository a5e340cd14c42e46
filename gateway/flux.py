"""Server-Sent Events: a stream that asks a service again and again what is new, and says it as it comes.

A stream runs on its connection's greenlet, outside the pool of workers: however many are open, requests go on. It
ends by itself before its actor's token does, and at once when the process must go; the client then opens another.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import eventlet
import orjson
from eventlet.event import Event
from flask import Response, request
from nameko.extensions import DependencyProvider

from commun.appel import Appel
from commun.config import config
from commun.errors import Indisponible, Refus, TropDeRequetes
from commun.rpc import client
from gateway import auth
from gateway.api.routes import Route

RYTHME = 1.0
"""Seconds between two questions."""
DUREE = 240.0
"""Seconds that a stream lasts: less than the actor's token."""
_BATTEMENT = 15.0
"""Seconds of silence after which a comment is sent, so that a client that left is noticed."""
_OUVERTS_MAX, _PAR_COMPTE = 500, 20
"""Streams open at once in a process, and by one account: a tab each."""
_FIN = 5.0

_fermeture = Event()
_ouverts: dict[object, str] = {}


def couler(route: Route, appel: Appel, arguments: dict[str, Any], compte_id: str) -> Response:
    """Answers this account with a stream of what `route` has to tell from now on, or since its `Last-Event-ID`."""
    _exiger_la_place(compte_id)
    assert isinstance(route.cible, str)
    service, methode = route.cible.split(".")
    demander = partial(client.appeler, service, methode, replace(appel, delai=config().delai_appel), **arguments)
    premier = demander(apres=request.headers.get("Last-Event-ID"))  # a refusal is answered as any other
    evenements = _evenements(demander, premier, auth.veilleur(), compte_id)
    reponse = Response(evenements, content_type="text/event-stream; charset=utf-8")
    reponse.headers["X-Accel-Buffering"] = "no"  # what stands in front must not keep events back
    return reponse


def _exiger_la_place(compte_id: str) -> None:
    if len(_ouverts) >= _OUVERTS_MAX or _fermeture.ready():
        raise Indisponible()
    if list(_ouverts.values()).count(compte_id) >= _PAR_COMPTE:
        raise TropDeRequetes("Trop de pages se tiennent à jour à la fois : fermez-en.", reessayer_dans=int(DUREE))


def _evenements(demander: Any, lot: dict[str, Any], veiller: Callable[[], Any], compte_id: str) -> Iterator[bytes]:
    moi, fin, parle, dits = object(), time.monotonic() + DUREE, time.monotonic(), set[bytes]()
    _ouverts[moi] = compte_id
    try:
        yield b"retry: 2000\n\n"
        while True:
            nouveaux = [_rendre(e) for e in lot["evenements"]]
            for evenement in nouveaux:
                if evenement not in dits:
                    yield evenement
                    parle = time.monotonic()
            dits = set(nouveaux)
            if lot["fin"] or time.monotonic() > fin or _attendre_la_fermeture(RYTHME):
                return
            if time.monotonic() - parle > _BATTEMENT:
                yield b":\n\n"
                parle = time.monotonic()
            apres = lot["evenements"][-1]["id"] if lot["evenements"] else lot.get("apres")
            veiller()  # a token revoked, an account deactivated: what was open closes at once
            lot = demander(apres=apres) | {"apres": apres}
    except Refus:
        return  # the client comes back, and is told then
    finally:
        _ouverts.pop(moi, None)


def _rendre(evenement: dict[str, Any]) -> bytes:
    donnees = orjson.dumps(evenement["donnees"]).decode()
    return f"id: {evenement['id']}\nevent: {evenement['type']}\ndata: {donnees}\n\n".encode()


def _attendre_la_fermeture(secondes: float) -> bool:
    with eventlet.Timeout(secondes, False):
        _fermeture.wait()
    return bool(_fermeture.ready())


class Flux(DependencyProvider):
    """Ends the open streams before the process goes."""

    def stop(self) -> None:
        if not _fermeture.ready():
            _fermeture.send()
        limite = time.monotonic() + _FIN
        while _ouverts and time.monotonic() < limite:
            eventlet.sleep(0.02)

    def get_dependency(self, worker_ctx: Any) -> None:
        return None
