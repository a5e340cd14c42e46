"""SES-02, SES-05 and INS-03: the last days of a session's acts. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from commun.domain.dates import lendemain
from commun.domain.referentiel import Situation, Titre
from services.sessions.domain.model import Cadre, TypeSession
from services.sessions.domain.parametres import DELAI_MAX, Parametres

JOURS_VAE = 30
"""INS-03: VAE candidates are registered in these days before the start, even after the convocations are edited."""


@dataclass(frozen=True)
class Echeances:
    """The last days of a session's three acts; `None` where no day until it starts is too late, as long as it has not:
    from its first day on, none of them is done any more (SES-11, INS-09), and its eve was the last.

    Attributes:
        inscription: for a candidate who is not VAE, as long as the convocations are not edited.
        inscription_vae: the eve of the start, whatever the délais; once the convocations are edited, from
            `inscription_vae_du` on alone (INS-03).
        convocations: regulatory; late convocations are not refused.
    """

    soumission: date | None
    inscription: date | None
    inscription_vae_du: date
    inscription_vae: date
    convocations: date | None


def avant(debut: date, jours: int) -> date:
    """Returns the last day that leaves `jours` days before `debut`."""
    return debut - timedelta(days=jours)


def echeances(
    cadre: Cadre, parametres: Parametres, jour: date, titre: Titre | None = None, soumise_le: date | None = None
) -> Echeances:
    """Returns the deadlines of a session, as they stand on `jour`: an act is judged by the délai of its own day, those
    that begin or end later included, and a submission by that of the first, `soumise_le` (SES-05). A session that ends
    in the prolongation of its titre is submitted at the latest on the day of its end of life, as long as that is asked
    for (SES-02)."""
    veille = avant(cadre.date_debut, 1)

    def limite(delai: Callable[[date], int | None], fin_de_vie: date | None = None, du: date = jour) -> date | None:
        dites = [d for d in (_dernier_jour(cadre.date_debut, delai, du), fin_de_vie) if d]
        return min([veille, *dites]) if dites or jour > veille else None

    fin_de_vie = titre.date_fin_de_vie if titre and finit_en_prolongation(cadre, titre) else None
    return Echeances(
        soumission=limite(
            lambda le: parametres.delai_de_soumission(cadre.type, le),
            _dernier_avant_l_exigence(fin_de_vie, cadre.date_debut, parametres, jour) if fin_de_vie else None,
            soumise_le or jour,
        ),
        inscription=limite(parametres.delai_d_inscription),
        inscription_vae_du=avant(cadre.date_debut, JOURS_VAE),
        inscription_vae=veille,
        convocations=limite(lambda le: parametres.delai_de_convocation(cadre.type, le)),
    )


def _dernier_jour(debut: date, delai: Callable[[date], int | None], jour: date) -> date | None:
    """Returns the last day, from `jour` on, before one comes that is too late by the délai in force on itself; where
    `jour` is too late already, the last that its own délai left. `None` where no day is."""

    def trop_tard(le: date) -> bool:
        return (n := delai(le)) is not None and le > avant(debut, n)

    if trop_tard(jour):
        return avant(debut, delai(jour) or 0)
    premier = max(jour, avant(debut, DELAI_MAX))  # no délai is longer: nothing is too late before
    a_venir = (premier + timedelta(days=n) for n in range((debut - premier).days + 2))
    return next((avant(le, 1) for le in a_venir if trop_tard(le)), None)


def _dernier_avant_l_exigence(fin_de_vie: date, debut: date, parametres: Parametres, jour: date) -> date | None:
    """Returns the last day, from `jour` on, before one past this end of life on which SES-02 asks to be no later; the
    end of life, where `jour` is one. `None` where no day until the session starts is."""
    premier = max(jour, lendemain(fin_de_vie))
    a_venir = (premier + timedelta(days=n) for n in range(max(0, (debut - premier).days) + 1))
    exige = next((le for le in a_venir if parametres.prolongation_soumise_avant_fin_de_vie(le)), None)
    return fin_de_vie if exige == premier else avant(exige, 1) if exige else None


def finit_en_prolongation(cadre: Cadre, titre: Titre | None) -> bool:
    """Returns whether a session ends in its titre's prolongation. A CCS has none: it completes a titre obtained."""
    if titre is None or cadre.type is TypeSession.CCS:
        return False
    return titre.situation(cadre.date_fin) is Situation.EN_PROLONGATION


def dans_la_fenetre_vae(debut: date, jour: date) -> bool:
    """INS-03: whether `jour` is one of the thirty days before the start."""
    return avant(debut, JOURS_VAE) <= jour < debut
