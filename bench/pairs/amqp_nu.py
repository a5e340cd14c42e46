"""The limit of calls: py-amqp alone, direct reply-to, nothing encoded, nothing confirmed, nothing acknowledged.

`python -m bench.pairs.amqp_nu serveur`, or `… client SECONDS CALLERS…`; the broker is the one that `AMQP_URL` names.
"""

import os
import sys
import time
from typing import Any
from urllib.parse import unquote, urlsplit

from amqp import Connection, Message

_FILE = "banc_limite"


def connexion() -> Connection:
    """Returns an open connection to the broker."""
    lieu = urlsplit(os.environ["AMQP_URL"])
    ligne = Connection(
        f"{lieu.hostname}:{lieu.port}",
        userid=unquote(lieu.username or ""),
        password=unquote(lieu.password or ""),
        virtual_host=lieu.path[1:],
    )
    ligne.connect()
    return ligne


def servir() -> None:
    """Answers what it is asked, for ever."""
    ligne = connexion()
    canal = ligne.channel()
    canal.queue_declare(_FILE, auto_delete=True)

    def repondre(message: Any) -> None:
        reponse = Message(message.body, correlation_id=message.properties["correlation_id"])
        canal.basic_publish(reponse, routing_key=message.properties["reply_to"])

    canal.basic_consume(_FILE, no_ack=True, callback=repondre)
    while True:
        ligne.drain_events()


def appeler(duree: float, appelants: int) -> tuple[int, float]:
    """Keeps so many questions on their way. Returns how many were answered, and the seconds of processor spent."""
    ligne = connexion()
    canal = ligne.channel()
    faits, fin = 0, time.monotonic() + duree

    def demander(rang: str) -> None:
        question = Message("bonjour", reply_to="amq.rabbitmq.reply-to", correlation_id=rang)
        canal.basic_publish(question, routing_key=_FILE)

    def recevoir(message: Any) -> None:
        nonlocal faits
        faits += 1
        demander(message.properties["correlation_id"])

    canal.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=recevoir)
    avant = time.process_time()
    for rang in range(appelants):
        demander(str(rang))
    while time.monotonic() < fin:
        ligne.drain_events(timeout=5)
    return faits, time.process_time() - avant


if __name__ == "__main__":
    if sys.argv[1] == "serveur":
        servir()
    for nombre in map(int, sys.argv[3:]):
        faits, cout = appeler(float(sys.argv[2]), nombre)
        print(nombre, round(faits / float(sys.argv[2])), round(1e6 * cout / faits), flush=True)
