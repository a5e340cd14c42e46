"""The lifecycle of an agrément (AGR-00): accordé ⇄ suspendu, then retiré; échu comes with the dates. Pure."""

from enum import StrEnum

from commun.domain.lifecycle import CycleDeVie, T
from commun.domain.referentiel import AGENTS, NATIONAL
from services.referentiel.domain.model import StatutAgrement as S
from services.referentiel.domain.rules import (
    ccs_avec_le_titre,
    dans_la_vie_du_titre,
    pas_deja_accorde,
    retrait_annonce,
    sessions_toujours_couvertes,
    seul_a_ces_dates,
    suspension_annoncee,
)


class ActionAgrement(StrEnum):
    """What can be done to an agrément, named as the URLs name it."""

    MODIFIER = "modifier"
    SUSPENDRE = "suspension"
    RETABLIR = "retablissement"
    RETIRER = "retrait"


A = ActionAgrement
AUTORITES = AGENTS | NATIONAL

CREATION = (ccs_avec_le_titre, dans_la_vie_du_titre)
"""What an agrément must keep, new, changed or restored: a titre may have changed meanwhile."""

ACCORD = (pas_deja_accorde, *CREATION, seul_a_ces_dates)
MODIFICATION = (pas_deja_accorde, *CREATION, sessions_toujours_couvertes, seul_a_ces_dates)

AGREMENT = CycleDeVie(
    objet="l'agrément",
    code="AGR",
    etats=S,
    actions=A,
    libelles={
        S.ACCORDE: "accordé",
        S.SUSPENDU: "suspendu",
        S.RETIRE: "retiré",
        S.ECHU: "échu",
    },
    libelles_actions={
        A.MODIFIER: "Modifier",
        A.SUSPENDRE: "Suspendre",
        A.RETABLIR: "Rétablir",
        A.RETIRER: "Retirer",
    },
    transitions=(
        T(A.MODIFIER, S.ACCORDE, S.ACCORDE, AUTORITES, MODIFICATION, saisie=True),
        T(A.MODIFIER, S.SUSPENDU, S.SUSPENDU, AUTORITES, MODIFICATION, saisie=True),
        T(A.SUSPENDRE, S.ACCORDE, S.SUSPENDU, AUTORITES, (suspension_annoncee,)),
        T(A.RETABLIR, S.SUSPENDU, S.ACCORDE, AUTORITES, CREATION),
        T(A.RETIRER, S.ACCORDE, S.RETIRE, AUTORITES, (retrait_annonce,)),
        T(A.RETIRER, S.SUSPENDU, S.RETIRE, AUTORITES, (retrait_annonce,)),
    ),
)
