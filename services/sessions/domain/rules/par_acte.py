"""Which rules each act keeps, in the order of the answers: the state's own code, then that of `regles.md`. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from commun.domain.rules import Ecart, Manquement, Regle, verifier
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat
from services.sessions.domain.rules import annonces, cadre, convocations, inscriptions, jury, resultats


def si_propose(champ: str, *regles: Regle) -> tuple[Regle, ...]:
    """Returns these rules, silent as long as the facts hold no such proposal: what is wrong with the frame as it is
    does not close the act that mends it."""
    return tuple(r.si(lambda f: getattr(f, champ) is not None) for r in regles)


def des_que_possible(*regles: Regle) -> tuple[Regle, ...]:
    """Returns these rules of the jury, silent as long as nobody may be habilité over the session's dates."""
    return tuple(r.si(lambda f: not cadre.jury_encore_impossible(f)) for r in regles)


def au_depart_d_un_jure(*regles: Regle) -> tuple[Regle, ...]:
    """Returns these rules of the jury, of who leaves it; as long as nobody is named, silent if one may: of two jurés
    habilités neither may, and each would be offered an act that is always refused."""

    def d_un_depart(regle: Regle) -> Regle:
        def predicat(f: Faits) -> Ecart | None:
            if f.jure_sortant is not None:
                return regle.predicat(f)
            departs = [replace(f, jure_sortant=j.jure_id) for j in f.session.jures]
            aucun = departs and all(any(r.predicat(d) for r in regles) for d in departs)
            return regle.predicat(departs[0]) if aucun else None

        return replace(regle, predicat=predicat)

    return tuple(d_un_depart(r) for r in regles)


CREATION = (
    cadre.agrement_en_vigueur,
    cadre.titre_dans_les_delais,
    cadre.certification_coherente,
    cadre.debut_a_venir,
    convocations.convoques_avant_le_debut,
)
"""What a new session must keep, and what its centre is told of it."""

CEUX_QUE_LES_DATES_GENENT = (jury.jury_disponible, inscriptions.candidats_disponibles)

NOUVEAU_CADRE = si_propose(
    "nouveau_cadre",
    cadre.agrement_en_vigueur,
    cadre.titre_dans_les_delais,
    cadre.certification_coherente,
    cadre.plafonds_tenus,
    cadre.debut_a_venir,
    *CEUX_QUE_LES_DATES_GENENT,
)
NOUVELLES_DATES = (*si_propose("nouveau_cadre", cadre.seules_les_dates_changent), *NOUVEAU_CADRE)
NOUVEAU_CADRE_VALIDE = (
    *si_propose(
        "nouveau_cadre",
        cadre.agrement_en_vigueur,
        cadre.titre_dans_les_delais,
        cadre.soumise_avant_la_fin_de_vie,
        cadre.certification_coherente,
        cadre.soumise_a_temps,
        cadre.plafonds_tenus,
    ),
    annonces.retour_en_validation_annonce,
    *si_propose("nouveau_cadre", cadre.debut_a_venir, jury.jury_possible_un_jour, *CEUX_QUE_LES_DATES_GENENT),
)
NOUVELLE_FIN = si_propose(
    "nouveau_cadre",
    cadre.seule_la_fin_change,
    cadre.agrement_en_vigueur,
    cadre.titre_dans_les_delais,
    *CEUX_QUE_LES_DATES_GENENT,
)

ENTREE_D_UN_JURE = (
    jury.jure_actif,
    jury.habilite_sur_le_ccs,
    jury.habilite_sur_le_titre,
    jury.jure_disponible,
    jury.jure_exterieur_au_centre,
    jury.jure_non_formateur,
    inscriptions.pas_deja_du_jury,
)
JURY_ENCORE_VALABLE = au_depart_d_un_jure(jury.jury_suffisant, jury.jury_couvre_les_ccp)

ENTREE_D_UN_CANDIDAT = (
    inscriptions.convocations_pas_encore_editees,
    cadre.motif_du_candidat,
    cadre.inscrit_a_temps,
    jury.candidat_non_forme_par_le_jury,
    inscriptions.plafond_du_candidat,
    inscriptions.pas_deja_inscrit,
    inscriptions.pas_de_chevauchement,
    inscriptions.demande_vae_recevable,
    inscriptions.rien_de_deja_acquis,
)

INSCRIPTION = (cadre.motif_du_candidat, jury.candidat_non_forme_par_le_jury)
"""What the registration of a candidate must still keep once its motif or its formateurs are changed."""

VAE_ENCORE_RECEVABLE = si_propose("demandes_vae", inscriptions.demandes_vae_recevables)

DANS_LA_VIE_DU_TITRE = (
    cadre.titre_dans_les_delais,
    cadre.soumise_avant_la_fin_de_vie,
    cadre.motifs_de_prolongation,
)
"""SES-02, whole."""

SOUMISSION = (
    cadre.agrement_en_vigueur,
    *DANS_LA_VIE_DU_TITRE,
    cadre.certification_coherente,
    cadre.soumise_a_temps,
    cadre.plafonds_tenus,
    inscriptions.candidats_encore_nommes,
    *des_que_possible(jury.jury_suffisant, jury.jury_couvre_les_ccp),
    *VAE_ENCORE_RECEVABLE,
)
_A_VENIR = (
    cadre.agrement_en_vigueur,
    *DANS_LA_VIE_DU_TITRE,
    cadre.certification_coherente,
    cadre.plafonds_tenus,
)
_DU_JURY = (jury.jury_suffisant, jury.jury_couvre_les_ccp, jury.jures_toujours_habilites)
VALIDATION = (*_A_VENIR, *_DU_JURY, *VAE_ENCORE_RECEVABLE)

HORAIRES = si_propose("nouveaux_horaires", convocations.convoques_avant_le_debut)
CONVOCATION = (
    cadre.agrement_en_vigueur,
    convocations.un_candidat_au_moins,
    convocations.convoques_avant_le_debut,
)
DTE = (convocations.commentaire_assez_court,)

SAISIE = (
    resultats.entretien_final_note,
    *si_propose("feuille_proposee", resultats.deja_acquis_verifie),  # the sheet saved before may be the one to mend
    resultats.rien_de_deja_acquis_note_non_acquis,
    resultats.candidats_de_la_session,
    resultats.un_resultat_par_candidat,
    resultats.absences_qualifiees,
    resultats.present_ou_absent,
    resultats.certifications_notees,
    resultats.jures_presents_du_jury,
)
CARENCE = (annonces.carence_annoncee, resultats.moins_de_deux_jures_presents)
CLOTURE = (
    resultats.deja_acquis_verifie,
    resultats.titre_encore_possible,
    resultats.un_resultat_pour_chacun,
    resultats.deux_jures_presents,
)
ANNULATION = (annonces.annulation_annoncee,)

_CREEE = (
    cadre.agrement_en_vigueur,
    cadre.titre_dans_les_delais,
    cadre.soumise_avant_la_fin_de_vie,
    cadre.certification_coherente,
)
_VALIDEE = (*_A_VENIR, *_DU_JURY, inscriptions.chacun_une_fois)

ALERTES: Mapping[Etat, tuple[Regle, ...]] = {
    # still prepared by its centre: it had its agrément when it was created (AGR-02), its titre and all of it that it is
    # about (SES-02, SES-03), each of its candidates had room for it, if it counts (INS-04), and each of its jurés his
    # habilitation (HAB-04), each was there once; the rest may lack
    Etat.BROUILLON: (*_CREEE, cadre.plafonds_tenus, jury.jures_toujours_habilites, inscriptions.chacun_une_fois),
    Etat.REFUSEE: (*_CREEE, jury.jures_toujours_habilites, inscriptions.chacun_une_fois),
    # submitted without its jury, as SES-07 lets it be, it lacks nothing yet
    Etat.EN_ATTENTE: (
        *_A_VENIR,
        *des_que_possible(jury.jury_suffisant, jury.jury_couvre_les_ccp),
        jury.jures_toujours_habilites,
        inscriptions.chacun_une_fois,
    ),
    Etat.VALIDEE: _VALIDEE,
    Etat.CONVOQUEE: _VALIDEE,
    # being held: who suspended its agrément was told of it among those that rely on it (AGR-02), what its titre has
    # become may leave it to give the titre to nobody (RES-02), and a juré may still be inactivated, and replaced, until
    # it is over (JUR-04)
    Etat.EN_COURS: (cadre.agrement_en_vigueur, cadre.titre_dans_les_delais, cadre.certification_coherente, *_DU_JURY),
}
"""What may break under a session without any act on it, by its state: by an habilitation, an agrément, a titre, merged
identities. Of one that is over, nothing."""

ALERTES_NOMINATIVES = frozenset(
    r.code
    for r in (
        cadre.motifs_de_prolongation,
        cadre.plafonds_tenus,
        jury.jures_toujours_habilites,
        inscriptions.chacun_une_fois,
    )
)
"""The codes of those whose message names people."""


def alertes(faits: Faits) -> tuple[Manquement, ...]:
    """Returns what is wrong with a session that is not over; an alert is raised where it appears, lifted where it is
    gone."""
    return verifier(ALERTES.get(faits.etat, ()), faits)
