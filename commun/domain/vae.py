"""INS-07: which session a demande VAE recevable lets into. Pure.

`sessions` judges it, the gateway's pages offer what it will accept: both by the same function.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from commun.domain.json import Json


@dataclass(frozen=True)
class DemandeVae:
    """A demande recevable, as the service of the candidats answers it. Without `ccp_codes`, it is for the whole titre.

    Attributes:
        recevable_jusqu_au: the last day on which it is good (VAE-02).
    """

    id: str
    candidat_id: str
    titre_code: str
    ccp_codes: frozenset[str]
    date_notification: date
    recevable_jusqu_au: date

    @classmethod
    def dite(cls, d: Json, candidat_id: str) -> "DemandeVae":
        """Returns what is said of a demande recevable of this candidate: a guard's answer or the API's."""
        return cls(
            id=d["id"],
            candidat_id=candidat_id,
            titre_code=d["titre_code"],
            ccp_codes=frozenset(d["ccp_codes"]),
            date_notification=date.fromisoformat(d["date_notification"]),
            recevable_jusqu_au=date.fromisoformat(d["recevable_jusqu_au"]),
        )

    def ouvre(self, genre: str, titre_code: str | None, ccp_codes: Set[str], debut: date) -> bool:
        """Returns whether it lets into a session: it is for the titre or for every CCP examined, and good on the first
        day. None is for a CCS.

        Args:
            genre: the session's type: TITRE, CCP or CCS.
            titre_code: its titre; that of a CCS session is the one that it completes.
            ccp_codes: the CCPs examined.
            debut: the session's first day.
        """
        du_titre = genre != "CCS" and self.titre_code == titre_code
        couvre = du_titre and (not self.ccp_codes or ccp_codes <= self.ccp_codes)
        return couvre and self.date_notification <= debut <= self.recevable_jusqu_au
