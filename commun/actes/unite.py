"""What gives each worker of a service its `Acte`: `acte = Unite()` in the service's class."""

from collections.abc import Collection
from typing import Any

from nameko.extensions import DependencyProvider
from nameko.rpc import Rpc
from nameko.web.handlers import HttpRequestHandler

from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.bus.droits import RESERVES
from commun.bus.outbox import Relais
from commun.config import config
from commun.spans import entrer
from commun.storage.cooperation import cooperer
from commun.telemetry import conclure, suivre


class Unite(DependencyProvider):
    """Gives each worker of a service its `Acte`, and runs the relay of the service's outbox (not a twin's).

    A call must bear an actor that the gateway signed, even where the method reads nothing of it: who may publish on the
    bus is not for that reason somebody. The exceptions are `sans_acteur`, and what services ask of each other (a
    `…_gardes` twin), where the broker says who may call whom.

    Args:
        service: whose database it is, where it is not that of the class's `name` (a `…_gardes` twin).
        sans_acteur: the methods that anybody may call: what is public, and what only the operator can reach.
    """

    def __init__(self, service: str | None = None, *, sans_acteur: Collection[str] = ()) -> None:
        self._service = service
        self.sans_acteur = frozenset(sans_acteur)

    @property
    def service(self) -> str:
        return self._service or self.container.service_name

    def setup(self) -> None:
        config().exiger_base(self.service)
        cooperer()

    def start(self) -> None:
        if self._service is None:
            Relais.de(self.service).demarrer()

    def stop(self) -> None:
        if self._service is None:
            Relais.de(self.service).arreter()

    def get_dependency(self, worker_ctx: Any) -> Acte:
        appel = Appel.depuis(worker_ctx.data)
        entree, nom = worker_ctx.entrypoint, worker_ctx.entrypoint.method_name
        suivre(appel.requete, service=worker_ctx.service_name, methode=nom)
        exige = isinstance(entree, Rpc) and self._service is None and nom not in self.sans_acteur
        de_lui_meme = not isinstance(entree, Rpc | HttpRequestHandler)
        # the operator, who alone may ask for those, has no account: traces say that CERES did it
        systeme, appele = de_lui_meme or nom in RESERVES, isinstance(entree, Rpc)
        acte = Acte(self.service, appel, systeme=systeme, appele=appele, exige_acteur=exige)
        if not isinstance(entree, HttpRequestHandler):  # the gateway's requests have theirs, named after the route
            acte.portee = entrer(worker_ctx, "CONSUMER" if de_lui_meme else "SERVER", appel.requete)
        return acte

    def worker_result(self, worker_ctx: Any, result: Any = None, exc_info: Any = None) -> None:
        acte = getattr(worker_ctx.service, self.attr_name)
        page = isinstance(worker_ctx.entrypoint, HttpRequestHandler)  # the gateway has said it, with its route
        conclure(worker_ctx, acte.duree, exc_info and exc_info[1], acte.portee, deja_dit=page)
