"""Who is on the mailing list. Pure."""

from enum import StrEnum


class EtatAbonne(StrEnum):
    """Where an address stands: asked for and not confirmed, on the list, or taken off it."""

    EN_ATTENTE = "en_attente"
    ACTIF = "actif"
    DESABONNE = "desabonne"
