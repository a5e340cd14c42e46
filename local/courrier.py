"""A mail server that delivers nothing: what CERES sends is kept here, and read in a browser.

`python -m local.courrier PORT_SMTP PORT_WEB [ADRESSE]`. The last thousand mails, in memory.
"""

import json
import sys
import threading
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_GARDES = 1000
_STYLE = (
    "body{font-family:Arial,sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#1e1e2a}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4em .8em;border-bottom:1px solid #ddd}"
    "iframe{width:100%;height:70vh;border:1px solid #ccc}pre{white-space:pre-wrap;background:#f6f7fb;padding:1em}"
)


@dataclass(frozen=True)
class Recu:
    """A mail as it came."""

    numero: int
    le: datetime
    a: str
    brut: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.brut, policy=policy.default)

    def partie(self, genre: str) -> str:
        """Returns the text or HTML body, empty where there is none."""
        corps = self.message.get_body((genre,))
        return str(corps.get_content()) if corps else ""

    def en_clair(self) -> dict[str, object]:
        """Returns the mail for a program."""
        message = self.message
        return {
            "numero": self.numero,
            "le": self.le.isoformat(),
            "a": self.a,
            "objet": str(message["Subject"]),
            "entetes": {nom: str(valeur) for nom, valeur in message.items()},
            "texte": self.partie("plain"),
            "pieces": [piece.get_filename() for piece in message.iter_attachments()],
        }


class Boite:
    """The mails received; also what aiosmtpd tells of each."""

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
        return [recu for recu in reversed(self._recus) if not a or recu.a == a]

    def trouver(self, numero: str) -> Recu | None:
        """Returns one mail."""
        return next((recu for recu in self._recus if str(recu.numero) == numero), None)


def page_liste(boite: Boite) -> str:
    """Returns the list, as HTML."""
    lignes = "".join(
        f'<tr><td>{recu.le:%H:%M:%S}</td><td>{escape(recu.a)}</td><td><a href="/{recu.numero}">'
        f"{escape(str(recu.message['Subject']))}</a></td></tr>"
        for recu in boite.lister()
    )
    vide = "" if lignes else "<p>Aucun message pour le moment.</p>"
    tableau = f"<table><tr><th>Reçu à</th><th>Pour</th><th>Objet</th></tr>{lignes}</table>"
    return _page("Courrier de CERES", f"<h1>Courrier de CERES</h1>{vide or tableau}", rafraichir=True)


def page_message(recu: Recu) -> str:
    """Returns one mail, as HTML; its own HTML in a frame that can do nothing."""
    message = recu.message
    entetes = "".join(f"<tr><th>{escape(n)}</th><td>{escape(str(v))}</td></tr>" for n, v in message.items())
    pieces = "".join(
        f'<li><a href="/{recu.numero}/pieces/{n}">{escape(piece.get_filename() or "pièce")}</a></li>'
        for n, piece in enumerate(message.iter_attachments())
    )
    return _page(
        str(message["Subject"]),
        f'<p><a href="/">Tous les messages</a></p><h1>{escape(str(message["Subject"]))}</h1>'
        f'<iframe sandbox="allow-popups" title="Message" src="/{recu.numero}/html"></iframe>'
        + (f"<h2>Pièces jointes</h2><ul>{pieces}</ul>" if pieces else "")
        + f"<h2>Texte seul</h2><pre>{escape(recu.partie('plain'))}</pre>"
        f"<details><summary>En-têtes</summary><table>{entetes}</table></details>",
    )


def _page(titre: str, corps: str, *, rafraichir: bool = False) -> str:
    encore = '<meta http-equiv="refresh" content="5">' if rafraichir else ""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8">{encore}<title>{escape(titre)}</title>'
        f"<style>{_STYLE}</style></head><body>{corps}</body></html>"
    )


def serveur_web(boite: Boite, adresse: str, port: int) -> ThreadingHTTPServer:
    """Returns the server of the pages; `/messages.json?a=…` and `/decompte.json` are for programs."""

    class Guichet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reponse = _reponse(boite, self.path)
            if reponse is None:
                self.send_error(404)
                return
            genre, octets = reponse
            self.send_response(200)
            self.send_header("Content-Type", f"{genre}; charset=utf-8")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer((adresse, port), Guichet)


def _reponse(boite: Boite, adresse: str) -> tuple[str, bytes] | None:
    """Returns what is at an address, and its media type; `None` where nothing is."""
    demande = urlsplit(adresse)
    match demande.path.strip("/").split("/"):
        case [""]:
            return "text/html", page_liste(boite).encode()
        case ["decompte.json"]:
            return "application/json", json.dumps(boite.decompte).encode()
        case ["messages.json"]:
            a = parse_qs(demande.query).get("a", [""])[0]
            return "application/json", json.dumps([recu.en_clair() for recu in boite.lister(a)]).encode()
        case [numero, *reste] if recu := boite.trouver(numero):
            return _du_message(recu, reste)
        case _:
            return None


def _du_message(recu: Recu, partie: list[str]) -> tuple[str, bytes] | None:
    match partie:
        case []:
            return "text/html", page_message(recu).encode()
        case ["html"]:
            return "text/html", (recu.partie("html") or escape(recu.partie("plain"))).encode()
        case ["brut"]:
            return "text/plain", recu.brut
        case ["pieces", rang] if rang.isdecimal():
            pieces = list(recu.message.iter_attachments())[int(rang) :]
            return (pieces[0].get_content_type(), _octets(pieces[0])) if pieces else None
        case _:
            return None


def _octets(piece: EmailMessage) -> bytes:
    octets = piece.get_payload(decode=True)
    return octets if isinstance(octets, bytes) else b""


def principal(port_smtp: int, port_web: int, adresse: str = "127.0.0.1") -> None:
    """Serves until the process is told to end."""
    boite = Boite()
    smtp = Controller(boite, hostname=adresse, port=port_smtp, ident="CERES (courrier de développement)")
    smtp.start()
    web = serveur_web(boite, adresse, port_web)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    principal(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4])
