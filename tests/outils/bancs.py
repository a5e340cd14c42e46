"""What the benches of commands have in common: acts whose neighbours answer at once, and refusals that must come."""

from collections.abc import Callable
from typing import Any

from commun.acteur import Acteur
from commun.errors import ConfirmationRequise, Refus, ReglesEnfreintes
from commun.unit_of_work import Acte, Question


class ActeEntoure(Acte):
    """An act whose neighbours are the bench's."""

    banc: Any

    def demander(self, question: Question) -> Any:
        if self._db is not None:
            raise AssertionError("asked from inside a transaction")
        return self.banc.repondre(question)


class Commandes:
    """Runs commands that ask for confirmation, or are refused by rules, as its bench runs them (`faire`, `refuse`)."""

    faire: Callable[..., Any]
    refuse: Callable[..., Refus]

    def confirmer(self, qui: Acteur, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Any:
        """Runs a command whose last argument is a body, sees that it asks for confirmation, and gives it."""
        *chemin, corps = arguments
        codes = self.a_confirmer(qui, commande, *arguments, **contexte)
        return self.faire(qui, commande, *chemin, corps | {"confirmer": codes}, **contexte)

    def a_confirmer(self, qui: Acteur, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> list[str]:
        """Returns the codes of what the command asks to confirm; it must."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, ConfirmationRequise), refus
        return [m.code for m in refus.avertissements]

    def codes_refuses(self, qui: Acteur, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> list[str]:
        """Returns the codes of the rules that refuse a command."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, ReglesEnfreintes), refus
        return [m.code for m in refus.manquements]
