"""Server-Sent Events: a stream that asks a service again and again what is new, and says it as it comes. Where the
service can say of many at once for whom there is something new (`gateway.guet`), it asks only then.

However many are open, requests go on. A stream ends by itself before its actor's token does, and at once when the
process must go; the client then opens another.
"""

import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from flask import Response, request
from nameko.extensions import DependencyProvider

from commun.bus.appel import Appel
from commun.config import config
from commun.domain.errors import Refus
from gateway import auth
from gateway.api.routes import Route
from gateway.appel import demandeur
from gateway.guet import RYTHME, guet
from gateway.ouvertes import Ouvertes

DUREE = 240.0
"""Seconds that a stream lasts: less than the actor's token."""
_BATTEMENT = 15.0
"""Seconds of silence after which a comment is sent, so that nothing on the way takes the stream for dead."""
_RETOUR, _RETOUR_AU_PLUS = 2.0, 20.0
"""Seconds after which who lost a stream opens another: of a process that goes, each at another instant. A hundred at
once made the pages of whoever was served there ten times longer."""
_FIN = 5.0

_ouverts = Ouvertes(2000, 20, "Trop de pages se tiennent à jour à la fois : fermez-en.", int(DUREE))  # a tab each


def couler(route: Route, appel: Appel, arguments: dict[str, Any], compte_id: str) -> Response:
    """Answers this account with a stream of what `route` has to tell from now on, or since its `Last-Event-ID`."""
    demander = partial(demandeur(route, replace(appel, delai=config().delai_appel)), **arguments)
    repere = partial(guet(route.reperes).repere, compte_id) if route.reperes else object
    place = _ouverts.prendre(compte_id)
    try:
        vu = repere()  # before what it is the mark of
        premier = demander(apres=request.headers.get("Last-Event-ID"))  # a refusal is answered as any other
        if premier.get("acheve") and not premier["evenements"]:
            _ouverts.rendre(place)
            return Response(status=204)  # which tells who has heard it all not to come back every other second
        prise = request.environ["eventlet.input"].get_socket()
        evenements = _evenements(demander, premier, auth.veilleur(), prise, repere, vu)
    except BaseException:
        _ouverts.rendre(place)
        raise
    reponse = Response(evenements, content_type="text/event-stream; charset=utf-8")
    reponse.call_on_close(lambda: _ouverts.rendre(place))
    reponse.headers["X-Accel-Buffering"] = "no"  # what stands in front must not keep events back
    return reponse


def _evenements(
    demander: Any,
    premier: dict[str, Any],
    veiller: Callable[[], Any],
    prise: Any,
    repere: Callable[[], Any],
    vu: Any,
) -> Iterator[bytes]:
    fin, parle, dits = time.monotonic() + DUREE, time.monotonic(), set[bytes]()
    lot = premier | {"apres": None}
    with suppress(Refus):  # the client comes back, and is told then
        yield _revenir_dans(_RETOUR)
        while True:
            nouveaux = [_rendre(e) for e in lot["evenements"]]
            for evenement in nouveaux:
                if evenement not in dits:
                    yield evenement
                    parle = time.monotonic()
            dits = set(nouveaux)
            if lot["fin"]:
                return
            while True:
                if ferme := _ouverts.attendre_la_fermeture(RYTHME):
                    yield _revenir_dans(random.uniform(_RETOUR, _RETOUR_AU_PLUS))
                if ferme or time.monotonic() > fin or _a_raccroche(prise):
                    return
                if time.monotonic() - parle > _BATTEMENT:
                    veiller()  # a token revoked, an account deactivated: what was open closes
                    yield b":\n\n"
                    parle = time.monotonic()
                lu = repere()
                if lu != vu or lot.get("suite"):
                    break
            veiller()  # and learns nothing more
            apres = lot["evenements"][-1]["id"] if lot["evenements"] else lot["apres"]
            lot, vu = demander(apres=apres) | {"apres": apres}, lu


def _a_raccroche(prise: Any) -> bool:
    """Whether the client has gone: every page that one leaves would else be told of for some fifteen seconds more, a
    question a second, and hold one of its account's places. `prise`: eventlet's, whose own socket does not wait.
    """
    try:
        return not prise.fd.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _revenir_dans(secondes: float) -> bytes:
    """Says when a client whose stream has ended opens another."""
    return f"retry: {round(secondes * 1000)}\n\n".encode()


def _rendre(evenement: dict[str, Any]) -> bytes:
    donnees = orjson.dumps(evenement["donnees"]).decode()
    return f"id: {evenement['id']}\nevent: {evenement['type']}\ndata: {donnees}\n\n".encode()


class Flux(DependencyProvider):
    """Ends the open streams before the process goes."""

    def stop(self) -> None:
        _ouverts.fermer()
        _ouverts.attendre_la_fin(_FIN)
