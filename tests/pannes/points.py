"""Where a process dies in the tests: named points of the kernel, wrapped from outside.

The kernel knows nothing of them. `tests/pannes/lanceur.py` wraps its methods before a service starts; the image
of production holds no `tests` folder, so there is nothing there to turn on, and nothing to pay for. A method that is
renamed makes the launcher fail at once.
"""

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nameko.web.handlers import HttpRequestHandler

from commun.actes.unit_of_work import Acte
from commun.actes.unite import Unite
from commun.bus.consumer import Consommateur
from commun.bus.inbox import Ecouteur
from commun.bus.outbox import Relais
from commun.storage.idempotence import Cle

POINTS = {
    "recu": "une demande ou un événement est reçu, rien n'est fait",
    "cle-prise": "la clé d'idempotence est prise, rien n'est fait",
    "verrou": "un verrou est pris sur ce qui va changer",
    "question": "l'intention est écrite, l'autre service va être interrogé",
    "avant-commit": "tout est écrit, rien n'est validé",
    "apres-commit": "c'est validé, rien n'est répondu",
    "reponse-http": "la passerelle sait, le client ne sait pas encore",
    "avant-acquittement": "c'est répondu, le message n'est pas acquitté",
    "outbox-avant": "l'événement est pris dans l'outbox, pas encore publié",
    "outbox-apres": "l'événement est confirmé par le courtier, l'outbox ne le sait pas encore",
    "inbox-avant": "l'effet d'un événement est écrit, pas validé",
    "inbox-apres": "l'effet d'un événement est validé, le message n'est pas acquitté",
}
"""Each point, and what has been done when a process dies there."""


Passer = Callable[[], None]


def poser(fichier: Path) -> None:
    """Lays every point. On SIGUSR1 the process reads « point rang » in `fichier`: it kills itself (-9) the `rang`-th
    time that it then comes to that point.
    """
    reste: dict[str, int] = {}

    def lire(*_: Any) -> None:
        point, rang = fichier.read_text().split()
        reste.clear()
        reste[point] = int(rang)

    def passer(point: str) -> None:
        if point in reste:
            reste[point] -= 1
            if reste[point] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    for point, pose in _POSES.items():
        pose(partial(passer, point))
    signal.signal(signal.SIGUSR1, lire)


def _avant(classe: Any, nom: str, si: Callable[..., bool] = lambda *_: True) -> Callable[[Passer], None]:
    """Returns what puts a point before a method, where its arguments are such."""

    def poser(passer: Passer) -> None:
        origine = getattr(classe, nom)

        def enveloppe(*arguments: Any, **nommes: Any) -> Any:
            if si(*arguments):
                passer()
            return origine(*arguments, **nommes)

        setattr(classe, nom, enveloppe)

    return poser


def _apres(classe: Any, nom: str, si: Callable[..., bool] = lambda *_: True) -> Callable[[Passer], None]:
    """Returns what puts a point after a method, where its result and arguments are such."""

    def poser(passer: Passer) -> None:
        origine = getattr(classe, nom)

        def enveloppe(*arguments: Any, **nommes: Any) -> Any:
            resultat = origine(*arguments, **nommes)
            if si(resultat, *arguments):
                passer()
            return resultat

        setattr(classe, nom, enveloppe)

    return poser


def _verrou(passer: Passer) -> None:
    def voir(_c: Any, _k: Any, requete: str, *_: Any) -> None:
        if "FOR UPDATE" in requete and "SKIP LOCKED" not in requete:
            passer()

    sa.event.listen(sa.Engine, "after_cursor_execute", voir)


_POSES: dict[str, Callable[[Passer], None]] = {
    "recu": _avant(Unite, "get_dependency"),
    "cle-prise": _apres(Cle, "prendre", lambda deja, *_: deja is None),
    "verrou": _verrou,
    "question": _avant(Acte, "demander"),
    "avant-commit": _apres(Acte, "_conclure", lambda _resultat, _acte, _valeur, liant: liant),
    "apres-commit": _apres(Acte, "faire"),
    "reponse-http": _avant(HttpRequestHandler, "handle_result"),
    "avant-acquittement": _avant(Consommateur, "ack_message", lambda _c, message: "reply_to" in message.properties),
    "outbox-avant": _avant(Relais, "_envoyer"),
    "outbox-apres": _apres(Relais, "_envoyer"),
    "inbox-avant": _apres(Acte, "_conclure", lambda _resultat, acte, _valeur, liant: acte.systeme and not liant),
    "inbox-apres": _avant(Ecouteur, "conclure"),
}
