"""A monolith with CERES's rules and tables: Flask, SQLAlchemy, gunicorn; no bus, and function calls for questions.

`gunicorn bench.pairs.monolithe:application`
"""

from flask import Flask, request
from werkzeug.wrappers import Response

from bench.pairs.actes import COMMANDES, ActeNu, porteur
from commun.domain.errors import Refus
from gateway.problems import json, probleme

application = Flask(__name__)
application.register_error_handler(Refus, lambda refus: probleme(refus.en_clair()))


@application.post("/api/v1/sessions/<session_id>/<qui>")
def inscrire(session_id: str, qui: str) -> Response:
    """Registers a candidate or a juré."""
    acteur = porteur(request.headers["Authorization"])
    return json(ActeNu.de("sessions", acteur).faire(COMMANDES[qui], session_id, request.get_json()), 200)
