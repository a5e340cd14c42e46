"""Section 1: who sees a session, and whose act it is. The département and région of a session are its site's. Pure.

What a profil's *type* may do is in the lifecycle's table (403); here, which sessions are its own (404).
"""

from commun.domain.errors import Droit, Introuvable
from commun.domain.json import Json
from commun.domain.referentiel import AGENTS, Profil, TypeProfil, du_territoire
from commun.domain.territoires import region_du
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


def voit_le_jure(profil: Profil, departement: str | None) -> bool:
    """Returns whether this profil, which sees a session where a juré sits, may read his file: an agent, of those who
    live in his région. One whose département is unknown is not told to be elsewhere.
    """
    return profil.type not in AGENTS or departement is None or region_du(departement) == profil.region


def exiger_perimetre(profil: Profil, cadre: Cadre) -> None:
    """Raises 404 where the session is not this profil's to see. To be asked after `SESSION.exiger_droit` (403)."""
    if not dans_le_perimetre(profil, cadre):
        raise Introuvable()


def exiger_creation(profil: Profil) -> None:
    """Raises 403 for who never creates a session."""
    if profil.type is not TypeProfil.CENTRE:
        raise Droit("Seul un centre crée une session.")
