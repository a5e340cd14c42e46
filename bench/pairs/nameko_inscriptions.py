"""CERES's services on nameko as it comes: its HTTP entrypoint, its `RpcProxy`, its `EventDispatcher`, its defaults.

`python -m bench.pairs.nameko_inscriptions ROLE`: « http », « sessions », « candidats » or « jures », a process each.
Events leave after the commit, by nobody's relay, and nobody listens: less than what CERES does.
"""

import eventlet

eventlet.monkey_patch()

import os
import sys
from dataclasses import asdict
from typing import Any

import orjson
from nameko.events import EventDispatcher
from nameko.rpc import RpcProxy, rpc
from nameko.runners import ServiceRunner
from nameko.web.handlers import http
from werkzeug import Request, Response

from bench.pairs.actes import COMMANDES, QUESTIONS, ActeNu, porteur
from commun.acteur import Acteur
from commun.referentiel import TypeProfil
from commun.steps import Fin, avancer, en_suite

Json = dict[str, Any]


class Passerelle:
    """HTTP in."""

    name = "banc_http"
    sessions = RpcProxy("banc_sessions")

    @http("POST", "/api/v1/sessions/<session_id>/<qui>")
    def inscrire(self, requete: Request, session_id: str, qui: str) -> Response:
        acteur = asdict(porteur(requete.headers["Authorization"]))
        reponse = self.sessions.inscrire(acteur, session_id, qui, orjson.loads(requete.get_data()))
        return Response(orjson.dumps(reponse), mimetype="application/json")


class _ActeNameko(ActeNu):
    """A transaction before the question and one after it: none is held open while another service answers."""

    publies: list[tuple[str, Json]]
    appeles: dict[str, Any]

    def publier(self, evenement: str, **corps: Any) -> None:
        super().publier(evenement, **corps)
        self.publies.append((evenement, corps))

    def _derouler(self, fonction: Any, arguments: Any, nommes: Any, **_: Any) -> Any:
        suite, reponse = None, None
        while True:
            with self.transaction():
                suite = suite or en_suite(fonction(self, *arguments, **nommes))
                question = avancer(suite, reponse)
            if isinstance(question, Fin):
                return question.valeur
            service, _ = QUESTIONS[question.methode]
            reponse = self.appeles[service].repondre(asdict(self.acteur), question.methode, question.arguments)


class Sessions:
    """The command."""

    name = "banc_sessions"
    publier = EventDispatcher()
    candidats = RpcProxy("banc_candidats")
    jures = RpcProxy("banc_jures")

    @rpc
    def inscrire(self, acteur: Json, session_id: str, qui: str, corps: Json) -> Any:
        acte = _ActeNameko.de("sessions", _acteur(acteur))
        acte.publies, acte.appeles = [], {"candidats": self.candidats, "jures": self.jures}
        reponse = acte.faire(COMMANDES[qui], session_id, corps)
        for evenement, dit in acte.publies:
            self.publier(evenement, orjson.loads(orjson.dumps(dit)))
        return orjson.loads(orjson.dumps(reponse))


class _Gardes:
    service: str

    @rpc
    def repondre(self, acteur: Json, methode: str, arguments: Json) -> Any:
        reponse = ActeNu.de(self.service, _acteur(acteur)).lire(QUESTIONS[methode][1], **arguments)
        return orjson.loads(orjson.dumps(reponse))


class Candidats(_Gardes):
    """Who candidates are."""

    name, service = "banc_candidats", "candidats"


class Jures(_Gardes):
    """What jurés may judge."""

    name, service = "banc_jures", "jures"


def _acteur(brut: Json) -> Acteur:
    return Acteur(**brut | {"type": TypeProfil(brut["type"])})


if __name__ == "__main__":
    runner = ServiceRunner(
        config={
            "AMQP_URI": os.environ["AMQP_URL"],
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{os.environ.get('CERES_PORT', 0)}",
        }
    )
    runner.add_service({"http": Passerelle, "sessions": Sessions, "candidats": Candidats, "jures": Jures}[sys.argv[1]])
    runner.start()
    runner.wait()
