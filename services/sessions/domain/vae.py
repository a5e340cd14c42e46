"""Which demande VAE lets into a session (INS-07). Pure."""

from collections.abc import Iterable

from commun.domain.vae import DemandeVae
from services.sessions.domain.model import Cadre, TypeSession


def ouvre(demande: DemandeVae, cadre: Cadre) -> bool:
    """Returns whether it lets into this session."""
    titre_examine = None if cadre.type is TypeSession.CCS else cadre.titre_code
    return demande.ouvre(titre_examine, cadre.ccp_codes, cadre.date_debut)


def qui_ouvre(demandes: Iterable[DemandeVae], cadre: Cadre) -> DemandeVae | None:
    """Returns the first of these demandes that lets into this session."""
    return next((d for d in demandes if ouvre(d, cadre)), None)
