"""The lifecycles of an habilitation and of a juré: the tables of `regles.md` §3 and §2. Pure.

The situation of the titre needs no column here: it is in the computed state (an expired habilitation of a titre hors
délai is a state of its own, with no action), or in HAB-12 where only it decides.

    faits = Faits(dossier, habilitation)
    HABILITATION.decider(ActionHabilitation.SUSPENDRE, faits.etat, acteur.type, faits).exiger(confirmer)
    nouvelle = appliquer(ActionHabilitation.SUSPENDRE, faits)
"""

from enum import StrEnum
from typing import Any

from commun.domain.lifecycle import CycleDeVie, T
from commun.domain.referentiel import AGENTS
from commun.domain.rules import Effet, Manquement, verifier
from services.jures.domain.dossier import Faits
from services.jures.domain.model import EtatHabilitation, Habilitation, StatutJure
from services.jures.domain.rules import (
    anciennete,
    aucune_session_en_attente,
    ccp_en_vigueur,
    ccs_encore_porte,
    date_fin_a_venir,
    dates_dans_l_ordre,
    dates_dans_la_vie_du_titre,
    emploi_lie_connu,
    expiree_hors_delai,
    inactivation_annoncee,
    jure_actif,
    jure_inscrit_nulle_part,
    mise_en_brouillon_annoncee,
    periode_reactivee_disjointe,
    periodes_disjointes,
    reactivation_annoncee,
    remplacements_annonces,
    renouvellement_sans_retroactivite,
    suppression_annoncee,
    suspension_annoncee,
    titre_dans_les_delais,
)


class ActionHabilitation(StrEnum):
    """What can be done with an habilitation, as the contract names it."""

    VALIDER = "valider"
    SUPPRIMER = "supprimer"
    METTRE_EN_BROUILLON = "mettre_en_brouillon"
    SUSPENDRE = "suspendre"
    REACTIVER = "reactiver"


class ActionSaisie(StrEnum):
    """What is done in the form of an habilitation rather than by one of its buttons."""

    MODIFIER = "modifier"


class ActionJure(StrEnum):
    """What can be done with a juré."""

    INACTIVER = "inactiver"
    ACTIVER = "activer"


E = EtatHabilitation
A = ActionHabilitation

LIBELLES: dict[StrEnum, str] = {
    E.BROUILLON: "brouillon",
    E.ACTIVE: "active",
    E.SUSPENDUE: "suspendue",
    E.SUPPRIMEE: "supprimée",
    E.EXPIREE_AVANT_FIN_DE_VIE: "expirée avant la fin de vie du titre",
    E.EXPIREE_FIN_DE_VIE: "expirée à la fin de vie du titre",
    E.EXPIREE_HORS_DELAI: "expirée, titre hors délai de prolongation",
}
_LIBELLES_ACTIONS: dict[StrEnum, str] = {
    A.VALIDER: "Valider",
    A.SUPPRIMER: "Supprimer",
    A.METTRE_EN_BROUILLON: "Mettre en brouillon",
    A.SUSPENDRE: "Suspendre",
    A.REACTIVER: "Réactiver",
}

EMPLOI_A_JOUR = (anciennete, emploi_lie_connu)
"""What his jobs must say of who is habilité."""
_DE_QUI_PEUT = (*EMPLOI_A_JOUR, ccp_en_vigueur)
_DES_DATES = (dates_dans_l_ordre, dates_dans_la_vie_du_titre, periodes_disjointes)

# HAB-12 answers for a cell of the table: like a state's own code, it comes before the other rules.
MODIFICATION = (titre_dans_les_delais, *_DES_DATES)
"""What a changed brouillon must keep."""

CREATION = (titre_dans_les_delais, *_DE_QUI_PEUT, *_DES_DATES)
"""What a new brouillon must keep: `exiger_regles(CREATION, faits, confirmer)`."""

VALIDATION = (
    titre_dans_les_delais,
    jure_actif,
    *_DE_QUI_PEUT,
    *_DES_DATES,
    date_fin_a_venir,
    renouvellement_sans_retroactivite,
)

SUPPRESSION = (suppression_annoncee, jure_inscrit_nulle_part)
SUSPENSION = (suspension_annoncee, ccs_encore_porte)
RETRAIT = (mise_en_brouillon_annoncee, ccs_encore_porte)
REACTIVATION = (titre_dans_les_delais, jure_actif, reactivation_annoncee, ccp_en_vigueur, periode_reactivee_disjointe)


def _sans_issue(_action: StrEnum, _etat: StrEnum, faits: Any) -> Manquement | None:
    """Returns HAB-01, whatever the action, for an expired habilitation of a titre hors délai."""
    return expiree_hors_delai.verifier(faits)


HABILITATION = CycleDeVie(
    objet="l'habilitation",
    code="HAB",
    etats=E,
    actions=A,
    libelles=LIBELLES,
    libelles_actions=_LIBELLES_ACTIONS,
    transitions=(
        T(A.VALIDER, E.BROUILLON, E.ACTIVE, AGENTS, VALIDATION),
        T(A.SUPPRIMER, E.BROUILLON, E.SUPPRIMEE, AGENTS, SUPPRESSION),
        T(A.METTRE_EN_BROUILLON, E.ACTIVE, E.BROUILLON, AGENTS, RETRAIT),
        T(A.SUSPENDRE, E.ACTIVE, E.SUSPENDUE, AGENTS, SUSPENSION),
        T(A.REACTIVER, E.SUSPENDUE, E.ACTIVE, AGENTS, REACTIVATION),
        T(A.METTRE_EN_BROUILLON, E.EXPIREE_AVANT_FIN_DE_VIE, E.BROUILLON, AGENTS),
        T(A.SUSPENDRE, E.EXPIREE_FIN_DE_VIE, E.SUSPENDUE, AGENTS, SUSPENSION),
    ),
    hors_table=_sans_issue,
)

SAISIE = CycleDeVie(
    objet="l'habilitation",
    code="HAB",
    etats=E,
    actions=ActionSaisie,
    libelles=LIBELLES,
    libelles_actions={ActionSaisie.MODIFIER: "Modifier"},
    transitions=(T(ActionSaisie.MODIFIER, E.BROUILLON, E.BROUILLON, AGENTS, MODIFICATION),),
    hors_table=_sans_issue,
)
"""Changing an habilitation's dates or CCPs: a brouillon only. Kept apart: the contract's `actions` are buttons.

It is decided on the state before the change, and on the facts after it: `Faits(dossier, changed)`.
"""


def appliquer(action: ActionHabilitation, faits: Faits) -> Habilitation:
    """Returns the habilitation once the act is done. Ask `HABILITATION.decider(...).exiger(...)` first."""
    h = faits.habilitation
    match action:
        case A.VALIDER:
            return h.validee(faits.jour, faits.titre)
        case A.SUPPRIMER:
            return h.supprimee()
        case A.METTRE_EN_BROUILLON:
            return h.mise_en_brouillon()
        case A.SUSPENDRE:
            return h.suspendue()
        case A.REACTIVER:
            return h.reactivee(faits.jour, faits.titre)


def prolongeable(faits: Faits) -> bool:
    """Returns whether an habilitation that the end of life of its titre has ended lasts longer once suspended, then
    réactivée: another may have taken over from it (HAB-11), its juré be inactive (JUR-05)."""
    if faits.etat is not E.EXPIREE_FIN_DE_VIE:
        return False
    suspendue = faits.habilitation.suspendue()
    ensuite = verifier(REACTIVATION, Faits(faits.dossier.avec(suspendue), suspendue))
    return not any(manquement.effet is Effet.REFUSE for manquement in ensuite)


INACTIVATION = (inactivation_annoncee, aucune_session_en_attente, remplacements_annonces)
"""What stands in the way of a juré who becomes inactive, by the act or by a merger."""

# Asking for the statut that a juré already has changes nothing and is not refused: two agents may click at once.
JURE = CycleDeVie(
    objet="le juré",
    code="JUR",
    etats=StatutJure,
    actions=ActionJure,
    libelles={
        StatutJure.ACTIF: "actif",
        StatutJure.INACTIF: "inactif",
    },
    libelles_actions={
        ActionJure.INACTIVER: "Inactiver",
        ActionJure.ACTIVER: "Activer",
    },
    transitions=(
        T(ActionJure.INACTIVER, StatutJure.ACTIF, StatutJure.INACTIF, AGENTS, INACTIVATION),
        T(ActionJure.INACTIVER, StatutJure.INACTIF, StatutJure.INACTIF, AGENTS),
        T(ActionJure.ACTIVER, StatutJure.INACTIF, StatutJure.ACTIF, AGENTS),
        T(ActionJure.ACTIVER, StatutJure.ACTIF, StatutJure.ACTIF, AGENTS),
    ),
)
