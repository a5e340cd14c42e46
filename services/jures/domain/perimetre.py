"""Who reads and who writes which juré (`regles.md` §1). Pure."""

from commun.domain.errors import Droit, Introuvable
from commun.domain.referentiel import AGENTS, Profil, TypeProfil, du_territoire
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import EtatHabilitation, Jure


def peut_ecrire(acteur: Profil, jure: Jure) -> bool:
    """Returns whether this profil manages this juré: an UD those of its département, a DIRECCTE those of its région."""
    return acteur.type in AGENTS and du_territoire(acteur, jure.departement, jure.region)


def peut_lire(acteur: Profil, dossier: Dossier, certifications_agreees: frozenset[str]) -> bool:
    """Returns whether this profil sees this juré.

    Args:
        certifications_agreees: for a centre, the codes of the titres and CCS for which it has an agrément.
    """
    match acteur.type:
        case TypeProfil.NATIONAL:
            return True
        case TypeProfil.UD | TypeProfil.DIRECCTE:
            return dossier.jure.region == acteur.region
        case _:
            return _inscrit_chez(acteur, dossier) or any(
                h.code in certifications_agreees and dossier.etat(h) is EtatHabilitation.ACTIVE
                for h in dossier.habilitations
            )


def exiger_lecture(acteur: Profil, dossier: Dossier, certifications_agreees: frozenset[str]) -> None:
    """Raises 404 where this profil does not see this juré."""
    if not peut_lire(acteur, dossier, certifications_agreees):
        raise Introuvable()


def exiger_agent(acteur: Profil) -> None:
    """Raises 403 where this type of profil never writes a juré, an emploi or an habilitation."""
    if acteur.type not in AGENTS:
        raise Droit("Seuls les agents des UD et des DIRECCTE gèrent les jurés et leurs habilitations.")


def exiger_ecriture(acteur: Profil, jure: Jure) -> None:
    """Raises 404 where this juré is managed by another service."""
    if not peut_ecrire(acteur, jure):
        raise Introuvable()


def _inscrit_chez(acteur: Profil, dossier: Dossier) -> bool:
    return any(s.etablissement_id == acteur.etablissement_id for s in dossier.sessions_a_venir())
