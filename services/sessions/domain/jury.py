"""Who may sit in the jury of a session, and which CCPs the jury covers (SES-07, JRY-01, JRY-02). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.sessions.domain.model import Cadre, Habilitation, InscriptionJure, TypeSession

MINIMUM = 2
"""Jurés habilités without whom a jury cannot deliberate."""


@dataclass(frozen=True)
class JurePressenti:
    """A juré about to be registered, as the service of the jurés knows him.

    Attributes:
        identites: every id under which he is or was known, those of who was merged into him included.
        habilitation: what those that let him sit there make together, as `jures` answers it; `None` where none does.
        employeurs: SIRET of those who employ him on a day of this session.
        autre_session: he sits elsewhere on a day of this session.
    """

    jure_id: str
    identites: frozenset[str]
    nom: str
    actif: bool
    habilitation: Habilitation | None
    employeurs: frozenset[str] = frozenset()
    autre_session: bool = False


@dataclass(frozen=True)
class Couverture:
    """What a jury is worth for a session.

    Attributes:
        habilites: the members who may sit.
        par_ccp: for each CCP of the session, the names of those who are habilités on it; empty in a CCS session.
    """

    habilites: tuple[InscriptionJure, ...]
    par_ccp: dict[str, tuple[str, ...]]

    @property
    def manquants(self) -> tuple[str, ...]:
        """The codes of the CCPs that nobody covers."""
        return tuple(ccp for ccp, noms in self.par_ccp.items() if not noms)


def permet(habilitation: Habilitation | None, cadre: Cadre) -> bool:
    """Returns whether this habilitation, if there is one, is in force over the session's dates and lets sit there."""
    if habilitation is None:
        return False
    if cadre.date_debut < habilitation.date_debut or habilitation.date_fin < cadre.date_fin:
        return False
    match cadre.type:
        case TypeSession.CCS:
            return habilitation.ccs_code is not None and habilitation.ccs_code == cadre.ccs_code
        case TypeSession.TITRE:
            return habilitation.titre_code is not None and habilitation.titre_code == cadre.titre_code
        case TypeSession.CCP:
            return bool(habilitation.ccp_codes & cadre.ccp_codes)


def est_habilite(jure: InscriptionJure, cadre: Cadre) -> bool:
    """Returns whether a member counts in the jury: active, and still habilité over the session's dates (JUR-04)."""
    return jure.actif and permet(jure.habilitation, cadre)


def couverture(cadre: Cadre, jures: Iterable[InscriptionJure]) -> Couverture:
    """Returns who may sit, and who covers which CCP. Two entries on one habilitation are one person, merged since."""
    par_habilitation = {j.habilitation.id: j for j in jures if j.habilitation and est_habilite(j, cadre)}
    habilites = tuple(par_habilitation.values())
    par_ccp = {
        ccp: tuple(j.nom for j in habilites if j.habilitation is not None and ccp in j.habilitation.ccp_codes)
        for ccp in sorted(cadre.ccp_codes)
    }
    return Couverture(habilites, par_ccp)
