"""The system under test, for every pytest process at once: `python -m local.essai PRISE`, started by tests/conftest.py.

A process of its own, because pytest's workers share one system, and may run under eventlet. It starts a part when a
test first asks for it, and ends, leaving nothing behind, when its standard input closes: when pytest ends, however.
"""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer
from typing import Any
from urllib.parse import urlsplit

from commun.bus.droits import VHOST
from local import rabbit
from local.collecteur import Collecteur
from local.console import Progres
from local.pile import Pile
from local.postgres import dossier_prive

_PERDRE = """
Tuer = fun(_, 0) -> ok;
          (Encore, N) ->
              {ok, File} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"%s">>, queue, <<"%s">>)),
              exit(amqqueue:get_pid(File), kill),
              timer:sleep(30),
              Encore(Encore, N - 1)
       end,
Tuer(Tuer, 12).
"""

_OUBLIER = 'rabbit_db_queue:delete(rabbit_misc:r(<<"%s">>, queue, <<"%s">>), normal).'

_EGARER = """
Liens = rabbit_binding:list_for_destination(rabbit_misc:r(<<"%s">>, queue, <<"%s">>)),
catch rabbit_db_topic_exchange:delete([Lien || Lien <- Liens, element(3, Lien) =/= element(4, element(4, Lien))]).
"""


class Essai:
    """What a test may ask; the answers are JSON."""

    def __init__(self, dossier: Path) -> None:
        self._collecteur = Collecteur()
        os.environ |= {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self._collecteur.url,
            "OTEL_TRACES_SAMPLER": "parentbased_always_off",  # only what a request asks to follow
            "OTEL_BSP_SCHEDULE_DELAY": "300",
        }
        self._pile = Pile(dossier, ephemere=True, dire=Progres())
        self._numeros = itertools.count(1)
        self._echec: Exception | None = None

    def systeme(self) -> dict[str, Any]:
        """Starts everything; returns where it is."""
        if self._echec:
            raise self._echec  # trying again for each test would only take longer to say the same
        if not self._pile.services:
            try:
                self._pile.demarrer()
            except Exception as erreur:
                self._echec = erreur
                raise
        return {
            "url": self._pile.url,
            "amqp_url": self._pile.bus(),
            "url_courrier": self._pile.url_courrier,
            "journaux": str(self._pile.journaux),
            "bases": {nom: [base.url, base.url_proprietaire] for nom, base in self._pile.bases.items()},
            "ports": self._pile.ports_exploitation,
        }

    def amqp_url(self) -> str:
        """Starts the broker alone."""
        return self._pile.bus()

    def bus_de(self, compte: str) -> str:
        """Returns the broker's address for a service, or for « exploitation »."""
        return self._pile.bus_de(compte)

    def perdre_file(self, nom: str) -> None:
        """Kills a queue until RabbitMQ starts it no more: as good as gone with its node, and known to it still."""
        self._rabbitmqctl("eval", _PERDRE % (VHOST, nom))

    def oublier_file(self, nom: str) -> None:
        """Has RabbitMQ forget a queue and what leads to it, and say nothing to who reads it."""
        self._rabbitmqctl("eval", _OUBLIER % (VHOST, nom))

    def egarer_chemin(self, nom: str) -> None:
        """Has RabbitMQ believe that calls lead to a queue, and bring none to it, as it may once a node has gone. A
        later one, which keeps its bindings in one place alone, still brings them.
        """
        self._rabbitmqctl("eval", _EGARER % (VHOST, nom))

    def saturer(self, part: float) -> None:
        """Leaves RabbitMQ this share of the machine's memory; of none at all, it reads nothing that is published."""
        self._rabbitmqctl("set_vm_memory_high_watermark", str(part))

    def compte_du_bus(self, nom: str, illisible: str) -> str:
        """Makes a user of RabbitMQ that may do anything but declare or read this queue; returns the bus's address as
        this user.
        """
        lieu, autres = urlsplit(self._pile.bus()), f"^(?!{illisible}$).+"
        with suppress(subprocess.CalledProcessError):  # asked again, to change what it may read
            self._rabbitmqctl("add_user", nom, nom)
        self._rabbitmqctl("set_permissions", "--vhost", VHOST, nom, autres, ".*", autres)
        return lieu._replace(netloc=f"{nom}:{nom}@{lieu.hostname}:{lieu.port}").geturl()

    def _rabbitmqctl(self, *ordre: str) -> None:
        script = rabbit.programme()
        assert script
        commande = [str(script.with_name("rabbitmqctl")), "--quiet", *ordre]
        noeud = self._pile.processus_nomme("rabbit")
        subprocess.run(commande, cwd=noeud.dossier, env=noeud.env, check=True, capture_output=True)

    def portees(self, trace: str) -> list[dict[str, Any]]:
        """Returns the spans that the processes exported of this trace."""
        return self._collecteur.portees(trace)

    def base_vierge(self) -> list[str]:
        """Returns the name and the owner's address of a new, empty database."""
        nom = f"vierge_{next(self._numeros)}"
        return [nom, self._pile.serveur_de_bases().vierge(nom)]

    def base_copiee(self, modele: str) -> list[str]:
        """Returns those of a new database that holds what one that `base_vierge` made holds by now."""
        nom = f"copie_{next(self._numeros)}"
        return [nom, self._pile.serveur_de_bases().copier(nom, modele)]

    def supprimer_base(self, nom: str) -> None:
        """Removes a database that one of these made."""
        self._pile.serveur_de_bases().supprimer(nom)

    def arreter(self, nom: str) -> None:
        """Stops a process as a deployment does (SIGTERM)."""
        self._pile.processus_nomme(nom).arreter()

    def tuer(self, nom: str) -> None:
        """Kills a process (kill -9)."""
        self._pile.processus_nomme(nom).tuer()

    def demarrer(self, nom: str) -> None:
        """Starts a stopped process again, and waits until it can work."""
        self._pile.redemarrer(nom)

    def fermer(self) -> None:
        """Stops everything."""
        self._pile.jeter()


def servir(prise: socket.socket, essai: Essai) -> TCPServer:
    """Returns what answers on this listening socket, one demand after the other: a line, `[demande, arguments]`, then
    `{valeur}` or `{erreur}`."""

    class Guichet(StreamRequestHandler):
        def handle(self) -> None:
            demande, arguments = json.loads(self.rfile.readline())
            try:
                reponse = {"valeur": getattr(essai, demande)(*arguments)}
            except Exception as erreur:
                reponse = {"erreur": str(erreur)}
            self.wfile.write(json.dumps(reponse).encode())

    serveur = TCPServer(prise.getsockname(), Guichet, bind_and_activate=False)
    serveur.socket = prise
    return serveur


def principal(descripteur: int) -> None:
    """Serves on this inherited socket until the standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with dossier_prive("ceres-", en_memoire=True) as dossier:
            essai = Essai(dossier)
            serveur = servir(socket.socket(fileno=descripteur), essai)

            def guetter() -> None:
                sys.stdin.buffer.read()
                serveur.shutdown()

            threading.Thread(target=guetter, daemon=True).start()
            serveur.serve_forever()  # in this thread: the kernel ends our children with the one that started them
            essai.fermer()
    finally:
        os._exit(0)


if __name__ == "__main__":
    principal(int(sys.argv[1]))
