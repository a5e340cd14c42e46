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

APRES_LE_DEBUT = (E.EN_COURS, E.A_CLOTURER, E.CLOTUREE, E.DEBLOQUEE)

AUTRE_CODE: dict[tuple[StrEnum, StrEnum], Regle] = {
    **{(A.INSCRIRE_CANDIDAT, e): inscriptions.pas_encore_debutee for e in APRES_LE_DEBUT},
    **{(A.DESINSCRIRE_CANDIDAT, e): inscriptions.debut_pas_passe for e in (E.A_CLOTURER, E.CLOTUREE, E.DEBLOQUEE)},
    **{(A.EDITER_CONVOCATIONS, e): convocations.convocations_apres_validation for e in JAMAIS_VALIDEE},
    **{(A.DEMANDER_DTE, e): convocations.dte_apres_validation for e in JAMAIS_VALIDEE},
    **{(A.SAISIR_RESULTATS, e): resultats.session_debutee for e in (*JAMAIS_VALIDEE, E.VALIDEE, E.CONVOQUEE)},
    (A.SAISIR_RESULTATS, E.CLOTUREE): resultats.resultats_pas_figes,
    **{(a, E.CADUQUE): cadre.pas_caduque for a in A if a not in (A.MODIFIER_CADRE, A.ANNULER)},
}
"""The cells outside the table which another code than SES-00 says better."""


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
        T(A.MODIFIER_CADRE, E.BROUILLON, E.BROUILLON, C, NOUVEAU_CADRE),
        T(A.MODIFIER_CADRE, E.REFUSEE, E.REFUSEE, C, NOUVEAU_CADRE),
        T(A.MODIFIER_CADRE, E.VALIDEE, E.EN_ATTENTE, C, NOUVEAU_CADRE_VALIDE),
        T(A.MODIFIER_CADRE, E.CONVOQUEE, E.EN_ATTENTE, C, NOUVEAU_CADRE_VALIDE),
        T(A.MODIFIER_CADRE, E.EN_COURS, E.EN_COURS, U, NOUVELLE_FIN),
        T(A.MODIFIER_CADRE, E.A_CLOTURER, E.A_CLOTURER, U, NOUVELLE_FIN),
        T(A.MODIFIER_CADRE, E.CADUQUE, E.BROUILLON, C, NOUVELLES_DATES),
        #
        T(A.MODIFIER_HORAIRES, E.BROUILLON, E.BROUILLON, C, HORAIRES),
        T(A.MODIFIER_HORAIRES, E.EN_ATTENTE, E.EN_ATTENTE, C, HORAIRES),
        T(A.MODIFIER_HORAIRES, E.REFUSEE, E.REFUSEE, C, HORAIRES),
        T(A.MODIFIER_HORAIRES, E.VALIDEE, E.VALIDEE, C, HORAIRES),
        T(A.MODIFIER_HORAIRES, E.CONVOQUEE, E.CONVOQUEE, C, (*HORAIRES, annonces.nouvelle_version_annoncee)),
        T(A.MODIFIER_HORAIRES, E.EN_COURS, E.EN_COURS, C, HORAIRES),
        #
        T(A.INSCRIRE_JURE, E.BROUILLON, E.BROUILLON, C, ENTREE_D_UN_JURE),
        T(A.INSCRIRE_JURE, E.EN_ATTENTE, E.EN_ATTENTE, C, ENTREE_D_UN_JURE),
        T(A.INSCRIRE_JURE, E.REFUSEE, E.REFUSEE, C, ENTREE_D_UN_JURE),
        T(A.INSCRIRE_JURE, E.VALIDEE, E.VALIDEE, C, ENTREE_D_UN_JURE),
        T(A.INSCRIRE_JURE, E.CONVOQUEE, E.CONVOQUEE, C, ENTREE_D_UN_JURE),
        T(A.INSCRIRE_JURE, E.EN_COURS, E.EN_COURS, C, ENTREE_D_UN_JURE),
        #
        T(A.RETIRER_JURE, E.BROUILLON, E.BROUILLON, C),
        T(A.RETIRER_JURE, E.EN_ATTENTE, E.EN_ATTENTE, C),
        T(A.RETIRER_JURE, E.REFUSEE, E.REFUSEE, C),
        T(A.RETIRER_JURE, E.VALIDEE, E.VALIDEE, C, JURY_ENCORE_VALABLE),
        T(A.RETIRER_JURE, E.CONVOQUEE, E.CONVOQUEE, C, JURY_ENCORE_VALABLE),
        #
        T(A.REMPLACER_JURE, E.BROUILLON, E.BROUILLON, C, ENTREE_D_UN_JURE),
        T(A.REMPLACER_JURE, E.EN_ATTENTE, E.EN_ATTENTE, C, ENTREE_D_UN_JURE),
        T(A.REMPLACER_JURE, E.REFUSEE, E.REFUSEE, C, ENTREE_D_UN_JURE),
        T(A.REMPLACER_JURE, E.VALIDEE, E.VALIDEE, C, ENTREE_D_UN_JURE),
        T(A.REMPLACER_JURE, E.CONVOQUEE, E.CONVOQUEE, C, ENTREE_D_UN_JURE),
        T(A.REMPLACER_JURE, E.EN_COURS, E.EN_COURS, C, ENTREE_D_UN_JURE),
        #
        T(A.INSCRIRE_CANDIDAT, E.BROUILLON, E.BROUILLON, C, ENTREE_D_UN_CANDIDAT),
        T(A.INSCRIRE_CANDIDAT, E.EN_ATTENTE, E.EN_ATTENTE, C, ENTREE_D_UN_CANDIDAT),
        T(A.INSCRIRE_CANDIDAT, E.REFUSEE, E.REFUSEE, C, ENTREE_D_UN_CANDIDAT),
        T(A.INSCRIRE_CANDIDAT, E.VALIDEE, E.VALIDEE, C, ENTREE_D_UN_CANDIDAT),
        T(A.INSCRIRE_CANDIDAT, E.CONVOQUEE, E.CONVOQUEE, C, ENTREE_D_UN_CANDIDAT),
        #
        T(A.DESINSCRIRE_CANDIDAT, E.BROUILLON, E.BROUILLON, C),
        T(A.DESINSCRIRE_CANDIDAT, E.EN_ATTENTE, E.EN_ATTENTE, C),
        T(A.DESINSCRIRE_CANDIDAT, E.REFUSEE, E.REFUSEE, C),
        T(A.DESINSCRIRE_CANDIDAT, E.VALIDEE, E.VALIDEE, C),
        T(A.DESINSCRIRE_CANDIDAT, E.CONVOQUEE, E.CONVOQUEE, C),
        T(A.DESINSCRIRE_CANDIDAT, E.EN_COURS, E.EN_COURS, C, (inscriptions.debut_pas_passe,)),
        #
        T(A.MODIFIER_INSCRIPTION, E.BROUILLON, E.BROUILLON, C, INSCRIPTION),
        T(A.MODIFIER_INSCRIPTION, E.EN_ATTENTE, E.EN_ATTENTE, C, INSCRIPTION),
        T(A.MODIFIER_INSCRIPTION, E.REFUSEE, E.REFUSEE, C, INSCRIPTION),
        T(A.MODIFIER_INSCRIPTION, E.VALIDEE, E.VALIDEE, C, INSCRIPTION),
        T(A.MODIFIER_INSCRIPTION, E.CONVOQUEE, E.CONVOQUEE, C, INSCRIPTION),
        #
        T(A.SOUMETTRE, E.BROUILLON, E.EN_ATTENTE, C, SOUMISSION),
        T(A.SOUMETTRE, E.REFUSEE, E.EN_ATTENTE, C, SOUMISSION),
        T(A.RETIRER, E.EN_ATTENTE, E.BROUILLON, C),
        T(A.VALIDER, E.EN_ATTENTE, E.VALIDEE, U, VALIDATION),
        T(A.REFUSER, E.EN_ATTENTE, E.REFUSEE, U),
        T(A.REFUSER, E.VALIDEE, E.REFUSEE, U, (annonces.refus_apres_validation_annonce,)),
        T(A.REFUSER, E.CONVOQUEE, E.REFUSEE, U, (annonces.refus_apres_validation_annonce,)),
        #
        T(A.EDITER_CONVOCATIONS, E.VALIDEE, E.CONVOQUEE, C, CONVOCATION),
        T(A.EDITER_CONVOCATIONS, E.CONVOQUEE, E.CONVOQUEE, C, CONVOCATION),
        T(A.DEMANDER_DTE, E.VALIDEE, E.VALIDEE, C, DTE),
        T(A.DEMANDER_DTE, E.CONVOQUEE, E.CONVOQUEE, C, DTE),
        #
        T(A.SAISIR_RESULTATS, E.EN_COURS, E.EN_COURS, C, SAISIE),
        T(A.SAISIR_RESULTATS, E.A_CLOTURER, E.A_CLOTURER, C, SAISIE),
        T(A.SAISIR_RESULTATS, E.DEBLOQUEE, E.DEBLOQUEE, C, SAISIE),
        T(A.CONSTATER_CARENCE, E.EN_COURS, E.ANNULEE, CU, CARENCE),
        T(A.CONSTATER_CARENCE, E.A_CLOTURER, E.ANNULEE, CU, CARENCE),
        T(A.CLOTURER, E.EN_COURS, E.CLOTUREE, CU, CLOTURE),
        T(A.CLOTURER, E.A_CLOTURER, E.CLOTUREE, CU, CLOTURE),
        T(A.CLOTURER, E.DEBLOQUEE, E.CLOTUREE, CU, CLOTURE),
        T(A.VISER, E.CLOTUREE, E.CLOTUREE, U, (resultats.pv_pas_encore_vise,)),
        T(A.DEBLOQUER, E.CLOTUREE, E.DEBLOQUEE, U),
        #
        T(A.ANNULER, E.BROUILLON, E.ANNULEE, C),
        T(A.ANNULER, E.EN_ATTENTE, E.ANNULEE, C),
        T(A.ANNULER, E.REFUSEE, E.ANNULEE, C),
        T(A.ANNULER, E.VALIDEE, E.ANNULEE, CU, ANNULATION),
        T(A.ANNULER, E.CONVOQUEE, E.ANNULEE, CU, ANNULATION),
        T(A.ANNULER, E.EN_COURS, E.ANNULEE, U, ANNULATION),
        T(A.ANNULER, E.A_CLOTURER, E.ANNULEE, U, ANNULATION),
        T(A.ANNULER, E.DEBLOQUEE, E.ANNULEE, U, ANNULATION),
        T(A.ANNULER, E.CADUQUE, E.ANNULEE, C),
    ),
    hors_table=autre_code,
)
