"""A bench for acts, on the example's database, without its process."""

from typing import Any

import pytest

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.domain.errors import Refus
from tests.commun.exemple import ALICE, Exemple


class Banc:
    """Acts on the example's database without its process; what it would ask others is given."""

    def __init__(self, exemple: Exemple) -> None:
        self.exemple = exemple
        self.reponses: list[Any] = []
        self.questions: list[Question] = []

    def acte(self, **contexte: Any) -> Acte:
        """Returns an act of Alice."""
        banc = self

        class Entoure(Acte):
            def demander(self, question: Question) -> Any:
                with pytest.raises(RuntimeError):
                    _ = self.db  # no transaction is open while a question is asked
                banc.questions.append(question)
                reponse = banc.reponses.pop(0)
                reponse = reponse() if callable(reponse) else reponse
                if isinstance(reponse, Refus):
                    raise reponse
                return reponse

        return Entoure(self.exemple.nom, Appel(**{"requete": "essai"} | contexte), _acteur=ALICE)
