"""Section 1: who sees a session, and whose act it is. The département and région of a session are its site's. Pure.

What a profil's *type* may do is in the lifecycle's table (403); here, which sessions are its own (404).
"""

from commun.domain.errors import Droit, Introuvable
from commun.domain.json import Json
from commun.domain.referentiel import Profil, TypeProfil, du_territoire
from services.sessions.domain.model import Cadre


def dans_le_perimetre(profil: Profil, cadre: Cadre) -> bool:
    """Returns whether this profil sees a session with this frame: its own, its territory's, or all of them."""
    if profil.type is TypeProfil.CENTRE:
        return profil.etablissement_id == cadre.etablissement_id
    return du_territoire(profil, cadre.site.departement, cadre.site.region)


def voit_l_etablissement(profil: Profil, etablissement: Json) -> bool:
    """Returns whether this profil, which sees a session of this établissement, sees it too: once its sites have moved,
    who keeps the sessions that were held there may have none of it left.
    """
    if profil.type is TypeProfil.CENTRE:
        return True
    lieux = (etablissement, *etablissement["sites"])
    return any(du_territoire(profil, lieu["departement"], lieu["region"]) for lieu in lieux)


def exiger_perimetre(profil: Profil, cadre: Cadre) -> None:
    """Raises 404 where the session is not this profil's to see. To be asked after `SESSION.exiger_droit` (403)."""
    if not dans_le_perimetre(profil, cadre):
        raise Introuvable()


def exiger_creation(profil: Profil) -> None:
    """Raises 403 for who never creates a session."""
    if profil.type is not TypeProfil.CENTRE:
        raise Droit("Seul un centre crée une session.")
