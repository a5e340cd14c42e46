"""The contrôles of the State on établissements and on sessions, and their follow-up (CTL-01). Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from commun.domain.rules import Ecart, Effet, ecart, regle

Erreurs = dict[str, list[str]]


class TypeControle(StrEnum):
    """Where it was made: in the centre, or from the papers that it was asked for."""

    SUR_PLACE = "sur_place"
    SUR_PIECES = "sur_pieces"


class Conclusion(StrEnum):
    """What it found."""

    CONFORME = "conforme"
    AVEC_RESERVES = "avec_reserves"
    NON_CONFORME = "non_conforme"


class EtatControle(StrEnum):
    """Where its follow-up stands on a given day: computed, never stored."""

    CLOS = "clos"
    A_SUIVRE = "a_suivre"
    EN_RETARD = "en_retard"


OUVERT = "ouvert"
"""What a list calls those whose follow-up is awaited: to come, or late."""

LIBELLES = {
    TypeControle.SUR_PLACE: "sur place",
    TypeControle.SUR_PIECES: "sur pièces",
    Conclusion.CONFORME: "conforme",
    Conclusion.AVEC_RESERVES: "avec réserves",
    Conclusion.NON_CONFORME: "non conforme",
}


@dataclass(frozen=True)
class Suite:
    """A step of the follow-up. `echeance`: when the next one is due; none puts an end to the follow-up."""

    id: str
    date: datetime.date
    texte: str
    echeance: datetime.date | None
    auteur: str


@dataclass(frozen=True)
class Controle:
    """A contrôle. `auteur_id`: the account that entered it, which is reminded of what it waits for."""

    id: str
    etablissement_id: str
    session_id: str | None
    type: TypeControle
    date: datetime.date
    controleur: str
    observations: str
    conclusion: Conclusion
    auteur_id: str
    suites: tuple[Suite, ...] = ()

    @property
    def echeance(self) -> datetime.date | None:
        """When the next step is due: the last suite says so, whatever those before it had set."""
        return self.suites[-1].echeance if self.suites else None

    def etat_le(self, jour: datetime.date) -> EtatControle:
        """Returns where its follow-up stands on `jour`."""
        if self.echeance:
            return EtatControle.EN_RETARD if jour > self.echeance else EtatControle.A_SUIVRE
        attend = self.conclusion is not Conclusion.CONFORME and not self.suites
        return EtatControle.A_SUIVRE if attend else EtatControle.CLOS


def incoherences_controle(date: datetime.date, suites: Iterable[Suite], jour: datetime.date) -> Erreurs:
    """Returns what cannot be in a contrôle of a day, by field."""
    if date > jour:
        return {"date": ["Cette date est à venir : un contrôle s'enregistre une fois fait."]}
    premiere = min((suite.date for suite in suites), default=date)
    return {"date": ["Une suite a déjà été donnée avant cette date."]} if date > premiere else {}


def incoherences_suite(
    controle: Controle, date: datetime.date, echeance: datetime.date | None, jour: datetime.date
) -> Erreurs:
    """Returns what cannot be in a suite of a day, by field."""
    erreurs: Erreurs = {}
    if date > jour:
        erreurs["date"] = ["Cette date est à venir : une suite s'enregistre une fois donnée."]
    if date < controle.date:
        erreurs["date"] = ["Une suite ne précède pas son contrôle."]
    if echeance and echeance <= date:
        erreurs["echeance"] = ["L'échéance doit être postérieure à la date de la suite."]
    return erreurs


@regle(
    "CTL-01",
    "Ce contrôle conclut « {conclusion} » : donnez-lui une suite et une échéance.",
    source="D",
    effet=Effet.INFORME,
)
def suite_attendue(controle: Controle) -> Ecart | None:
    """Un contrôle avec réserves ou non conforme appelle une suite, et une échéance dont CERES rappelle la venue."""
    if controle.conclusion is Conclusion.CONFORME or controle.suites:
        return None
    return ecart(conclusion=LIBELLES[controle.conclusion])
