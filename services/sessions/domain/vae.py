"""A demande VAE as a session needs to know it (INS-07). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.sessions.domain.model import Cadre, TypeSession


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

    def ouvre(self, cadre: Cadre) -> bool:
        """Returns whether it lets into this session: it covers it, and is good on its first day."""
        return self.couvre(cadre) and self.date_notification <= cadre.date_debut <= self.recevable_jusqu_au

    def couvre(self, cadre: Cadre) -> bool:
        """Returns whether it is for the session's titre, or for every CCP examined. None is for a CCS."""
        if cadre.type is TypeSession.CCS or self.titre_code != cadre.titre_code:
            return False
        return not self.ccp_codes or cadre.ccp_codes <= self.ccp_codes


def qui_ouvre(demandes: Iterable[DemandeVae], cadre: Cadre) -> DemandeVae | None:
    """Returns the first of these demandes that lets into this session."""
    return next((d for d in demandes if d.ouvre(cadre)), None)
