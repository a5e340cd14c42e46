"""CERES's own commands without its kernel: no deadline, no relay, no span, no log, psycopg's own waits.

What is left is what anybody would write: a transaction, the rules, the trace, a row in the outbox. The databases are
copies of CERES's: `DATABASE_URL_SESSIONS` and its like.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Self

import sqlalchemy as sa

from commun.actes.steps import Fin, Question, avancer, en_suite
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.storage.db import nouvel_id
from commun.storage.transaction import Transaction
from commun.traces.audit import en_json
from gateway import auth
from gateway.storage import jetons
from services.candidats.queries import gardes as gardes_candidats
from services.jures.queries import aptitudes
from services.sessions.commands import candidats, jures

COMMANDES: dict[str, Callable[..., Any]] = {"candidats": candidats.inscrire, "jures": jures.inscrire}
QUESTIONS: dict[str, tuple[str, Callable[..., Any]]] = {
    "pour_inscription": ("candidats", gardes_candidats.pour_inscription),
    "aptitudes": ("jures", aptitudes.aptitudes),
}
"""What a registration asks, and of whose tables."""


@cache
def moteur(service: str) -> sa.Engine:
    """Returns the engine of a database, its pool large enough for every thread."""
    url = sa.make_url(os.environ[f"DATABASE_URL_{service.upper()}"]).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, pool_size=16, max_overflow=16)


def porteur(autorisation: str) -> Acteur:
    """Returns the actor behind a token: the same query as CERES's."""
    with moteur("gateway").connect() as db:
        trouve = jetons.get_porteur(db, auth.empreinte(auth.jeton_de(autorisation)), auth.Genre.API, None)
    assert trouve
    return auth.acteur(trouve)


class ActeNu(Acte):
    """An act in one transaction, from its first lock to its commit: what a single database lets one do."""

    @classmethod
    def de(cls, service: str, acteur: Acteur) -> Self:
        """Returns an act of this actor on a service's tables."""
        return cls(service, Appel(nouvel_id()), _acteur=acteur)

    @contextmanager
    def transaction(self, genre: Transaction = Transaction.ECRITURE) -> Iterator[None]:
        with moteur(self.service).connect() as db:
            if genre is not Transaction.ECRITURE:  # its statements need not hold together: it spares itself two trips
                db = db.execution_options(isolation_level="AUTOCOMMIT")
            with db.begin():
                self._db = db
                yield
        self._db = None

    def reserver(self, genre: str, *objets: str, **details: Any) -> None:
        """Intentions tell others of an act that spans transactions: this one does not."""

    def demander(self, question: Question) -> Any:
        service, fonction = QUESTIONS[question.methode]
        return en_json(ActeNu.de(service, self.acteur).lire(fonction, **en_json(question.arguments)))

    def _derouler(
        self,
        fonction: Callable[..., Any],
        arguments: Any,
        nommes: Any,
        genre: Transaction,
        **_: Any,
    ) -> Any:
        with self.transaction(genre):
            suite, reponse = en_suite(fonction(self, *arguments, **nommes)), None
            while not isinstance(question := avancer(suite, reponse), Fin):
                reponse = self.demander(question)
            return question.valeur
