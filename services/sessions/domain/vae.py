"""Which demande VAE lets into a session (INS-07). Pure."""

from collections.abc import Iterable

from commun.domain.vae import DemandeVae
from services.sessions.domain.model import Cadre


def ouvre(demande: DemandeVae, cadre: Cadre) -> bool:
    """Returns whether it lets into this session."""
    return demande.ouvre(cadre.type, cadre.titre_code, cadre.ccp_codes, cadre.date_debut)


def qui_ouvre(demandes: Iterable[DemandeVae], cadre: Cadre) -> DemandeVae | None:
    """Returns the first of these demandes that lets into this session."""
    return next((d for d in demandes if ouvre(d, cadre)), None)
