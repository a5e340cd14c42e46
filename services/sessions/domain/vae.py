"""A demande VAE as a session needs to know it (INS-07). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commun.domain.dates import plus_annees
from services.sessions.domain.model import Cadre, TypeSession


@dataclass(frozen=True)
class DemandeVae:
    """A demande as the service of the candidats answers it. Without `ccp_codes`, it is for the whole titre."""

    id: str
    candidat_id: str
    titre_code: str
    ccp_codes: frozenset[str]
    etat: str
    date_notification: date | None

    def est_valable_le(self, jour: date) -> bool:
        """Returns whether it is recevable, notified on `jour` at the latest, and not lapsed: it is good for one year,
        and no longer on its anniversary (VAE-02)."""
        if self.etat != "recevable" or self.date_notification is None:
            return False
        return self.date_notification <= jour < plus_annees(self.date_notification, 1)

    def ouvre(self, cadre: Cadre) -> bool:
        """Returns whether it lets into this session: it covers it, and is good on its first day."""
        return self.couvre(cadre) and self.est_valable_le(cadre.date_debut)

    def couvre(self, cadre: Cadre) -> bool:
        """Returns whether it is for the session's titre, or for every CCP examined. None is for a CCS."""
        if cadre.type is TypeSession.CCS or self.titre_code != cadre.titre_code:
            return False
        return not self.ccp_codes or cadre.ccp_codes <= self.ccp_codes


def qui_ouvre(demandes: Iterable[DemandeVae], cadre: Cadre) -> DemandeVae | None:
    """Returns the first of these demandes that lets into this session."""
    return next((d for d in demandes if d.ouvre(cadre)), None)
