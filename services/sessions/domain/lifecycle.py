"""The life of a session: the table of section 4, read column by column from left to right. Pure.

Buttons, refusals, the documentation and the tests all come from `SESSION`. A cell that names another code than SES-00
is in `AUTRE_CODE`. The table leads to computed states too; `model.STOCKE` says what is stored for them.
"""

from enum import StrEnum

from commun.domain.lifecycle import CycleDeVie, T
from commun.domain.referentiel import AGENTS, CENTRE
from commun.domain.rules import Manquement, Regle
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import JAMAIS_VALIDEE
from services.sessions.domain.model import Etat as E
from services.sessions.domain.rules import annonces, cadre, convocations, inscriptions, resultats
from services.sessions.domain.rules.par_acte import (
    ANNULATION,
    CARENCE,
    CLOTURE,
    CONVOCATION,
    DTE,
    ENTREE_D_UN_CANDIDAT,
    ENTREE_D_UN_JURE,
    HORAIRES,
    INSCRIPTION,
    JURY_ENCORE_VALABLE,
    NOUVEAU_CADRE,
    NOUVEAU_CADRE_VALIDE,
    NOUVELLE_FIN,
    NOUVELLES_DATES,
    SAISIE,
    SOUMISSION,
    VALIDATION,
)


class Action(StrEnum):
    """What can be done to a session: named as its URL names it, where it has one of its own."""

    MODIFIER_CADRE = "modifier_cadre"
    MODIFIER_HORAIRES = "modifier_horaires"
    INSCRIRE_JURE = "inscrire_jure"
    RETIRER_JURE = "retirer_jure"
    REMPLACER_JURE = "remplacement"
    INSCRIRE_CANDIDAT = "inscrire_candidat"
    DESINSCRIRE_CANDIDAT = "desinscrire_candidat"
    MODIFIER_INSCRIPTION = "modifier_inscription"
    SOUMETTRE = "soumission"
    RETIRER = "retrait"
    VALIDER = "validation"
    REFUSER = "refus"
    EDITER_CONVOCATIONS = "convocations"
    DEMANDER_DTE = "demandes_dte"
    SAISIR_RESULTATS = "resultats"
    CONSTATER_CARENCE = "carence"
    CLOTURER = "cloture"
    VISER = "visa"
    DEBLOQUER = "deblocage"
    ANNULER = "annulation"


A = Action
C = CENTRE
U = AGENTS
CU = C | U

A_TENIR = (E.VALIDEE, E.CONVOQUEE)
AVANT_LE_DEBUT = (*JAMAIS_VALIDEE, *A_TENIR)
APRES_LE_DEBUT = (E.EN_COURS, E.A_CLOTURER, E.CLOTUREE, E.DEBLOQUEE)

AUTRE_CODE: dict[tuple[StrEnum, StrEnum], Regle] = {
    (A.MODIFIER_CADRE, E.EN_ATTENTE): cadre.pas_en_validation,
    **{(A.MODIFIER_CADRE, e): cadre.fin_a_l_administration for e in (E.EN_COURS, E.A_CLOTURER)},
    **{(A.ANNULER, e): cadre.annulation_selon_l_etat for e in (*JAMAIS_VALIDEE, E.CADUQUE, *APRES_LE_DEBUT)},
    **{(A.INSCRIRE_CANDIDAT, e): inscriptions.pas_encore_debutee for e in APRES_LE_DEBUT},
    **{(A.DESINSCRIRE_CANDIDAT, e): inscriptions.debut_pas_passe for e in (E.A_CLOTURER, E.CLOTUREE, E.DEBLOQUEE)},
    **{(A.EDITER_CONVOCATIONS, e): convocations.convocations_apres_validation for e in JAMAIS_VALIDEE},
    **{(A.DEMANDER_DTE, e): convocations.dte_apres_validation for e in JAMAIS_VALIDEE},
    **{(A.SAISIR_RESULTATS, e): resultats.session_debutee for e in AVANT_LE_DEBUT},
    (A.SAISIR_RESULTATS, E.CLOTUREE): resultats.resultats_pas_figes,
    **{(a, E.CADUQUE): cadre.pas_caduque for a in A if a not in (A.MODIFIER_CADRE, A.ANNULER)},
}
"""The cells outside the table, for all or for one of those who do this, which another code than SES-00, or another
sentence, says better."""


def autre_code(action: StrEnum, etat: StrEnum, faits: Faits) -> Manquement | None:
    """Returns the manquement of such a cell."""
    regle = AUTRE_CODE.get((action, etat))
    return regle.verifier(faits) if regle else None


SESSION = CycleDeVie(
    objet="la session",
    code="SES",
    etats=E,
    actions=A,
    libelles={
        E.BROUILLON: "brouillon",
        E.EN_ATTENTE: "en attente de validation",
        E.REFUSEE: "refusée",
        E.VALIDEE: "validée",
        E.CONVOQUEE: "convoquée",
        E.EN_COURS: "en cours",
        E.A_CLOTURER: "à clôturer",
        E.CLOTUREE: "clôturée",
        E.DEBLOQUEE: "débloquée",
        E.ANNULEE: "annulée",
        E.CADUQUE: "caduque",
    },
    libelles_actions={
        A.MODIFIER_CADRE: "Modifier le cadre",
        A.MODIFIER_HORAIRES: "Modifier les heures ou le responsable",
        A.INSCRIRE_JURE: "Inscrire un juré",
        A.RETIRER_JURE: "Retirer un juré",
        A.REMPLACER_JURE: "Remplacer un juré",
        A.INSCRIRE_CANDIDAT: "Inscrire un candidat",
        A.DESINSCRIRE_CANDIDAT: "Désinscrire un candidat",
        A.MODIFIER_INSCRIPTION: "Modifier l'inscription d'un candidat",
        A.SOUMETTRE: "Soumettre",
        A.RETIRER: "Retirer de la validation",
        A.VALIDER: "Valider",
        A.REFUSER: "Refuser",
        A.EDITER_CONVOCATIONS: "Éditer les convocations",
        A.DEMANDER_DTE: "Demander le DTE",
        A.SAISIR_RESULTATS: "Saisir les résultats",
        A.CONSTATER_CARENCE: "Constater la carence",
        A.CLOTURER: "Clôturer",
        A.VISER: "Viser le PV",
        A.DEBLOQUER: "Débloquer",
        A.ANNULER: "Annuler",
    },
    transitions=(
        *(T(A.MODIFIER_CADRE, e, e, C, NOUVEAU_CADRE) for e in (E.BROUILLON, E.REFUSEE)),
        *(T(A.MODIFIER_CADRE, e, E.EN_ATTENTE, C, NOUVEAU_CADRE_VALIDE) for e in A_TENIR),
        *(T(A.MODIFIER_CADRE, e, e, U, NOUVELLE_FIN) for e in (E.EN_COURS, E.A_CLOTURER)),
        T(A.MODIFIER_CADRE, E.CADUQUE, E.BROUILLON, C, NOUVELLES_DATES),
        #
        *(T(A.MODIFIER_HORAIRES, e, e, C, HORAIRES) for e in (*JAMAIS_VALIDEE, E.VALIDEE)),
        T(A.MODIFIER_HORAIRES, E.CONVOQUEE, E.CONVOQUEE, C, (*HORAIRES, annonces.nouvelle_version_annoncee)),
        T(A.MODIFIER_HORAIRES, E.EN_COURS, E.EN_COURS, C, HORAIRES),
        #
        *(T(A.INSCRIRE_JURE, e, e, C, ENTREE_D_UN_JURE) for e in (*AVANT_LE_DEBUT, E.EN_COURS)),
        *(T(A.RETIRER_JURE, e, e, C) for e in JAMAIS_VALIDEE),
        *(T(A.RETIRER_JURE, e, e, C, JURY_ENCORE_VALABLE) for e in A_TENIR),
        *(T(A.REMPLACER_JURE, e, e, C, ENTREE_D_UN_JURE) for e in (*AVANT_LE_DEBUT, E.EN_COURS)),
        #
        *(T(A.INSCRIRE_CANDIDAT, e, e, C, ENTREE_D_UN_CANDIDAT) for e in AVANT_LE_DEBUT),
        *(T(A.DESINSCRIRE_CANDIDAT, e, e, C) for e in AVANT_LE_DEBUT),
        T(A.DESINSCRIRE_CANDIDAT, E.EN_COURS, E.EN_COURS, C, (inscriptions.debut_pas_passe,)),
        *(T(A.MODIFIER_INSCRIPTION, e, e, C, INSCRIPTION) for e in AVANT_LE_DEBUT),
        #
        *(T(A.SOUMETTRE, e, E.EN_ATTENTE, C, SOUMISSION) for e in (E.BROUILLON, E.REFUSEE)),
        T(A.RETIRER, E.EN_ATTENTE, E.BROUILLON, C),
        T(A.VALIDER, E.EN_ATTENTE, E.VALIDEE, U, VALIDATION),
        T(A.REFUSER, E.EN_ATTENTE, E.REFUSEE, U),
        *(T(A.REFUSER, e, E.REFUSEE, U, (annonces.refus_apres_validation_annonce,)) for e in A_TENIR),
        #
        *(T(A.EDITER_CONVOCATIONS, e, E.CONVOQUEE, C, CONVOCATION) for e in A_TENIR),
        *(T(A.DEMANDER_DTE, e, e, C, DTE) for e in A_TENIR),
        #
        *(T(A.SAISIR_RESULTATS, e, e, C, SAISIE) for e in (E.EN_COURS, E.A_CLOTURER, E.DEBLOQUEE)),
        *(T(A.CONSTATER_CARENCE, e, E.ANNULEE, CU, CARENCE) for e in (E.EN_COURS, E.A_CLOTURER)),
        *(T(A.CLOTURER, e, E.CLOTUREE, CU, CLOTURE) for e in (E.EN_COURS, E.A_CLOTURER, E.DEBLOQUEE)),
        T(A.VISER, E.CLOTUREE, E.CLOTUREE, U, (resultats.pv_pas_encore_vise,)),
        T(A.DEBLOQUER, E.CLOTUREE, E.DEBLOQUEE, U),
        #
        *(T(A.ANNULER, e, E.ANNULEE, C) for e in JAMAIS_VALIDEE),
        *(T(A.ANNULER, e, E.ANNULEE, CU, ANNULATION) for e in A_TENIR),
        *(T(A.ANNULER, e, E.ANNULEE, U, ANNULATION) for e in (E.EN_COURS, E.A_CLOTURER, E.DEBLOQUEE)),
        T(A.ANNULER, E.CADUQUE, E.ANNULEE, C),
    ),
    hors_table=autre_code,
)
