"""A release of CERES: what its mail says, and the life of its diffusion (NOT-01, NOT-05). Pure."""

from dataclasses import dataclass
from enum import StrEnum

from commun.domain.lifecycle import CycleDeVie, T
from commun.domain.referentiel import NATIONAL
from commun.domain.rules import Ecart, Effet, ecart, regle
from commun.domain.textes import accorder


class EtatVersion(StrEnum):
    """Where a release stands."""

    BROUILLON = "brouillon"
    EN_DIFFUSION = "en_diffusion"
    ARRETEE = "arretee"
    DIFFUSEE = "diffusee"


class ActionVersion(StrEnum):
    """What the national mission does with a release: named as its URL names it, where it has one of its own."""

    MODIFIER = "modifier"
    DIFFUSER = "diffusion"
    ARRETER = "arret"
    REPRENDRE = "reprise"


@dataclass(frozen=True)
class FaitsVersion:
    """What the rules know of a release.

    Attributes:
        destinataires: the subscribers who have not been sent it yet.
    """

    numero: str
    destinataires: int = 0


def etat_de(stocke: EtatVersion, en_attente: int) -> EtatVersion:
    """Returns the state of a release: a diffusion that nobody waits for any more is over."""
    return EtatVersion.DIFFUSEE if stocke is EtatVersion.EN_DIFFUSION and not en_attente else stocke


@regle(
    "NOT-05",
    "Aucun abonné n'attend la version {numero} : il n'y a personne à qui l'envoyer.",
    source="D",
)
def quelqu_un_attend(f: FaitsVersion) -> Ecart | None:
    """Une diffusion a au moins un destinataire."""
    return None if f.destinataires else ecart(numero=f.numero)


@regle(
    "NOT-05",
    "Vous allez envoyer la version {numero} à {abonnes}. Un message parti ne se rattrape pas.",
    source="M",
    effet=Effet.CONFIRME,
)
def annonce_diffusion(f: FaitsVersion) -> Ecart | None:
    """La diffusion annonce à combien d'abonnés elle s'adresse ; elle n'écrit jamais deux fois à une adresse pour une
    même version."""
    return ecart(numero=f.numero, n=f.destinataires, abonnes=accorder(f"{f.destinataires} abonné(s)"))


_E, _A = EtatVersion, ActionVersion
_DIFFUSION = (quelqu_un_attend, annonce_diffusion)

VERSION = CycleDeVie(
    objet="la version",
    code="NOT",
    etats=EtatVersion,
    actions=ActionVersion,
    libelles={
        _E.BROUILLON: "brouillon",
        _E.EN_DIFFUSION: "en cours de diffusion",
        _E.ARRETEE: "diffusion arrêtée",
        _E.DIFFUSEE: "diffusée",
    },
    libelles_actions={
        _A.MODIFIER: "Modifier",
        _A.DIFFUSER: "Diffuser",
        _A.ARRETER: "Arrêter la diffusion",
        _A.REPRENDRE: "Reprendre la diffusion",
    },
    transitions=(
        T(_A.MODIFIER, _E.BROUILLON, _E.BROUILLON, NATIONAL),
        T(_A.DIFFUSER, _E.BROUILLON, _E.EN_DIFFUSION, NATIONAL, _DIFFUSION),
        T(_A.DIFFUSER, _E.DIFFUSEE, _E.EN_DIFFUSION, NATIONAL, _DIFFUSION),
        T(_A.ARRETER, _E.EN_DIFFUSION, _E.ARRETEE, NATIONAL),
        T(_A.REPRENDRE, _E.ARRETEE, _E.EN_DIFFUSION, NATIONAL),
        T(_A.REPRENDRE, _E.DIFFUSEE, _E.EN_DIFFUSION, NATIONAL),
    ),
)
