"""What the benches of commands have in common: acts whose neighbours answer at once, and refusals that must come."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import psycopg
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.domain.errors import ConfirmationRequise, ErreurInterne, Invalide, Refus, ReglesEnfreintes
from commun.storage.db import moteur
from commun.storage.tables import traces
from tests.outils.traces import traces_de

JOUR = date(2026, 3, 2)
INTROUVABLE = {"code": "INTROUVABLE", "statut": 404, "detail": "Introuvable."}


class ActeEntoure(Acte):
    """An act whose neighbours are the bench's."""

    banc: Any

    def demander(self, question: Question) -> Any:
        if self._db is not None:
            raise AssertionError("asked from inside a transaction")
        return self.banc.repondre(question)


class Commandes:
    """Runs commands and queries on the database of `service`, as somebody, on a day (`jour`, unless another is said);
    `repondre` is its neighbours."""

    service: ClassVar[str]
    jour: ClassVar[date] = JOUR
    acte: ClassVar[type[Acte]] = ActeEntoure

    def faire(self, qui: Acteur | None, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Any:
        """Runs a command; `contexte`: jour, version, cle. What the test databases alone refuse (`traces_exigees`) is
        said as they say it: the `ErreurInterne` that is made of it said nothing."""
        try:
            return self._acte(qui, **contexte).faire(commande, *arguments)
        except ErreurInterne as faute:
            if isinstance(cause := getattr(faute.__cause__, "orig", None), psycopg.errors.RaiseException):
                raise AssertionError(cause.diag.message_primary) from None
            raise

    def lire(self, qui: Acteur | None, requete: Callable[..., Any], *arguments: Any, **contexte: Any) -> Any:
        """Runs a query; `contexte`: jour, and `nommes`, the arguments that have names."""
        nommes = contexte.pop("nommes", {})
        return self._acte(qui, **contexte).lire(requete, *arguments, **nommes)

    def refuse(self, qui: Acteur | None, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Refus:
        """Returns the refusal of a command, which must be refused and leave what `temoin` sees as it was."""
        avant = self.temoin()
        try:
            reussi = self.faire(qui, commande, *arguments, **contexte)
        except Refus as refus:
            assert self.temoin() == avant
            return refus
        raise AssertionError(f"{commande.__name__} should have been refused: {reussi}")

    def temoin(self) -> Any:
        """Returns what no refusal may change."""
        return self.compter("intentions")

    def _acte(self, qui: Acteur | None, jour: Any = ..., version: int | None = None, cle: str | None = None) -> Acte:
        appel = Appel("essai", date_simulee=self.jour if jour is ... else jour, version=version, cle=cle)
        acte = self.acte(self.service, appel, systeme=qui is None, _acteur=qui)
        acte.banc = self
        return acte

    def compter(self, table: str) -> int:
        """Returns how many rows a table has."""
        ((combien,),) = self.lignes(f"SELECT count(*) FROM {table}")
        return int(combien)

    def lignes(self, requete: str, **parametres: Any) -> list[tuple[Any, ...]]:
        """Returns the rows of a query on the database."""
        with moteur(self.service).connect() as db:
            return [tuple(ligne) for ligne in db.execute(sa.text(requete), parametres)]

    def evenements(self) -> list[tuple[Any, ...]]:
        """Returns what was published, `(name, body)` each, oldest first."""
        return self.lignes("SELECT evenement, corps FROM outbox ORDER BY id")

    def traces(self, objet_id: str) -> list[dict[str, Any]]:
        """Returns the traces of an object, oldest first."""
        with moteur(self.service).connect() as db:
            types = db.scalars(sa.select(traces.c.objet_type).where(traces.c.objet_id == objet_id).distinct())
            return [trace for type_ in types.all() for trace in reversed(traces_de(db, type_, objet_id))]

    def confirmer(self, qui: Acteur | None, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Any:
        """Runs a command whose last argument is a body, sees that it asks for confirmation, and gives it."""
        *chemin, corps = arguments
        codes = self.a_confirmer(qui, commande, *arguments, **contexte)
        return self.faire(qui, commande, *chemin, corps | {"confirmer": codes}, **contexte)

    def a_confirmer(
        self, qui: Acteur | None, commande: Callable[..., Any], *arguments: Any, **contexte: Any
    ) -> list[str]:
        """Returns the codes of what the command asks to confirm; it must."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, ConfirmationRequise), refus
        return [m.code for m in refus.avertissements]

    def fautes(self, qui: Acteur | None, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Any:
        """Returns what is wrong, by field, with the form that a command refuses."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, Invalide), refus
        return refus.erreurs or {}

    def codes_refuses(
        self, qui: Acteur | None, commande: Callable[..., Any], *arguments: Any, **contexte: Any
    ) -> list[str]:
        """Returns the codes of the rules that refuse a command."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, ReglesEnfreintes), refus
        return [m.code for m in refus.manquements]
