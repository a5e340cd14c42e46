"""SES-05 and INS-03: days counted back from a session's start. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.sessions.domain.model import Cadre
from services.sessions.domain.parametres import Parametres

JOURS_VAE = 30
"""INS-03: VAE candidates are registered in these days before the start, even after the convocations are edited."""


@dataclass(frozen=True)
class Echeances:
    """The last days of a session's three acts; `None` where no délai is in force.

    Attributes:
        inscription: for a candidate who is not VAE, as long as the convocations are not edited.
        inscription_vae: the eve of the start, whatever the délais.
        convocations: regulatory; late convocations are not refused.
    """

    soumission: date | None
    inscription: date | None
    inscription_vae: date
    convocations: date | None


def avant(debut: date, jours: int) -> date:
    """Returns the last day that leaves `jours` days before `debut`."""
    return debut - timedelta(days=jours)


def echeances(cadre: Cadre, parametres: Parametres, jour: date) -> Echeances:
    """Returns the deadlines of a session, as the parameters in force on `jour` make them."""

    def limite(delai: int | None) -> date | None:
        return None if delai is None else avant(cadre.date_debut, delai)

    return Echeances(
        soumission=limite(parametres.delai_de_soumission(cadre.type, jour)),
        inscription=limite(parametres.delai_d_inscription(jour)),
        inscription_vae=avant(cadre.date_debut, 1),
        convocations=limite(parametres.delai_de_convocation(cadre.type, jour)),
    )


def dans_la_fenetre_vae(debut: date, jour: date) -> bool:
    """INS-03: whether `jour` is one of the thirty days before the start."""
    return avant(debut, JOURS_VAE) <= jour < debut
