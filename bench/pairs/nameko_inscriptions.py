"""CERES's services on nameko as it comes: its HTTP entrypoint, its `RpcProxy`, its events, its defaults.

`python -m bench.pairs.nameko_inscriptions ROLE`, a process each (`ROLES`). Events leave after the commit, by nobody's
relay, and listeners follow them without an inbox: less than what CERES promises.
"""

import eventlet

eventlet.monkey_patch()

import os
import sys
from dataclasses import asdict
from typing import Any

import orjson
import psycopg.waiting
from nameko.events import EventDispatcher, event_handler
from nameko.rpc import RpcProxy, rpc
from nameko.runners import ServiceRunner
from nameko.web.handlers import http
from werkzeug import Request, Response

from bench.pairs.actes import COMMANDES, QUESTIONS, ActeNu, porteur
from commun.actes.steps import Fin, avancer, en_suite
from commun.bus.acteur import SYSTEME, Acteur
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from services.candidats.commands import reception
from services.jures.commands import reception as reception_jures
from services.notifications.commands import echeances
from services.referentiel.commands import reception as reception_referentiel

psycopg.waiting.wait = psycopg.waiting.wait_select  # in C, a statement would keep all the others of its process waiting


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
    appeles: Json

    def publier(self, evenement: str, **corps: Any) -> None:
        super().publier(evenement, **corps)
        self.publies.append((evenement, corps))

    def _derouler(self, fonction: Any, arguments: Any, nommes: Any, *_: Any, **__: Any) -> Any:
        suite, reponse = None, None
        while True:
            with self.transaction():
                suite = suite or en_suite(fonction(self, *arguments, **nommes))
                question = avancer(suite, reponse)
            if isinstance(question, Fin):
                return question.valeur
            reponse = self.appeles[QUESTIONS[question.methode][0]].repondre(
                asdict(self.acteur), question.methode, question.arguments
            )


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


class _Ecouteur:
    """What follows sessions in its own base."""

    service: str
    suivre: Any

    @event_handler("banc_sessions", "session_modifiee")
    def session_modifiee(self, corps: Json) -> None:
        self.ecouter(corps)

    def ecouter(self, corps: Json) -> None:
        """Follows a session."""
        ActeNu.de(self.service, SYSTEME).faire(type(self).suivre, corps)


class _Gardes:
    """What `sessions` asks."""

    service: str

    @rpc
    def repondre(self, acteur: Json, methode: str, arguments: Json) -> Any:
        reponse = ActeNu.de(self.service, _acteur(acteur)).lire(QUESTIONS[methode][1], **arguments)
        return orjson.loads(orjson.dumps(reponse))


class Candidats(_Ecouteur, _Gardes):
    """Who candidates are."""

    name, service, suivre = "banc_candidats", "candidats", staticmethod(reception.recevoir_session)

    @event_handler("banc_sessions", "inscrits_modifies")
    def inscrits_modifies(self, corps: Json) -> None:
        self.ecouter(corps)


class Jures(_Ecouteur, _Gardes):
    """What jurés may judge."""

    name, service, suivre = "banc_jures", "jures", staticmethod(reception_jures.recevoir_session)

    @event_handler("banc_sessions", "jury_modifie")
    def jury_modifie(self, corps: Json) -> None:
        self.ecouter(corps)


class Notifications(_Ecouteur):
    """What is due."""

    name, service, suivre = "banc_notifications", "notifications", staticmethod(echeances.suivre_session)


class Referentiel(_Ecouteur):
    """What an agrément would take with it."""

    name, service, suivre = "banc_referentiel", "referentiel", staticmethod(reception_referentiel.recevoir_session)


ROLES = {
    "candidats": Candidats,
    "jures": Jures,
    "notifications": Notifications,
    "referentiel": Referentiel,
    "sessions": Sessions,
    "http": Passerelle,
}


def _acteur(brut: Json) -> Acteur:
    return Acteur(**brut | {"type": TypeProfil(brut["type"])})


if __name__ == "__main__":
    runner = ServiceRunner(
        config={
            "AMQP_URI": os.environ["AMQP_URL"],
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{os.environ.get('CERES_PORT', 0)}",
        }
    )
    runner.add_service(ROLES[sys.argv[1]])
    runner.start()
    runner.wait()
