"""A mail server that delivers nothing: what CERES sends is kept here, and read in a browser.

`python -m local.courrier PORT_SMTP PORT_WEB [ADRESSE]`. The last thousand mails, in memory.
"""

import logging
import signal
import sys
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, abort, render_template, request
from markupsafe import escape
from werkzeug.serving import make_server

_GARDES = 1000


@dataclass(frozen=True)
class Recu:
    """A mail as it came."""

    numero: int
    le: datetime
    a: str
    brut: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.brut, policy=policy.default)

    @property
    def pieces(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())

    def partie(self, genre: str) -> str:
        """Returns the text or HTML body, empty where there is none."""
        corps = self.message.get_body((genre,))
        return str(corps.get_content()) if corps else ""

    def en_clair(self) -> dict[str, Any]:
        """Returns the mail for a program."""
        return {
            "numero": self.numero,
            "le": self.le.isoformat(),
            "a": self.a,
            "objet": str(self.message["Subject"]),
            "entetes": {nom: str(valeur) for nom, valeur in self.message.items()},
            "texte": self.partie("plain"),
            "pieces": [piece.get_filename() for piece in self.pieces],
        }


class Boite:
    """The mails received; also what aiosmtpd tells of each. Pages read copies of them, for more come in."""

    def __init__(self) -> None:
        self._recus: deque[Recu] = deque(maxlen=_GARDES)
        self._n = 0
        self.decompte: Counter[str] = Counter()
        """How many mails each address has got since the start, those no longer kept included."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps a mail, once for each recipient."""
        assert isinstance(envelope.content, bytes)
        for adresse in envelope.rcpt_tos:
            self._n += 1
            self.decompte[adresse] += 1
            self._recus.append(Recu(self._n, datetime.now().astimezone(), adresse, envelope.content))
        return "250 OK"

    def lister(self, a: str = "") -> list[Recu]:
        """Returns the mails, newest first; those to one address where `a` says which."""
        return [recu for recu in reversed(list(self._recus)) if not a or recu.a == a]

    def trouver(self, numero: int) -> Recu:
        """Returns one mail; it is a 404 where it is not there, or no longer."""
        return next((recu for recu in list(self._recus) if recu.numero == numero), None) or abort(404)


def application(boite: Boite) -> Flask:
    """Returns the pages; `/messages.json?a=…` and `/decompte.json` are for programs."""
    app = Flask(__name__, template_folder="gabarits")
    voir, trouver = app.add_url_rule, boite.trouver
    voir("/", "liste", lambda: render_template("liste.html", recus=boite.lister()))
    voir("/decompte.json", "decompte", lambda: dict(boite.decompte))
    voir("/messages.json", "messages", lambda: [r.en_clair() for r in boite.lister(request.args.get("a", ""))])
    voir("/<int:numero>", "message", lambda numero: render_template("message.html", recu=trouver(numero)))
    voir("/<int:numero>/brut", "brut", lambda numero: Response(trouver(numero).brut, mimetype="text/plain"))

    @app.get("/<int:numero>/html")
    def html(numero: int) -> str:
        recu = trouver(numero)
        return recu.partie("html") or escape(recu.partie("plain"))

    @app.get("/<int:numero>/pieces/<int:rang>")
    def piece(numero: int, rang: int) -> Response:
        pieces = trouver(numero).pieces[rang:] or abort(404)
        return Response(pieces[0].get_payload(decode=True), mimetype=pieces[0].get_content_type())

    return app


def principal(port_smtp: int, port_web: int, adresse: str = "127.0.0.1") -> None:
    """Serves until the process is told to end."""
    boite = Boite()
    Controller(boite, hostname=adresse, port=port_smtp, ident="CERES (courrier de développement)").start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line a request
    make_server(adresse, port_web, application(boite), threaded=True).serve_forever()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # the first process of a container hears no other
    principal(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4])
