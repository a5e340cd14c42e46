"""Notifications: mails, warning messages, and the mailing list of the releases."""

from commun.actes.conservation import ranger_noyau
from commun.actes.methodes import UN_JOUR, UNE_HEURE, commande, ecoute, lecture, minuterie
from commun.actes.timers import timer
from commun.actes.unite import Unite
from commun.traces import sceaux
from services.notifications.commands import abonnements, avertissements, comptes, conservation, convocations, echeances
from services.notifications.commands import abonnes as actes_abonnes
from services.notifications.commands import messages as actes_messages
from services.notifications.commands import versions as actes_versions
from services.notifications.facteur.poste import Poste
from services.notifications.queries import abonnes, messages, versions

_PUBLIQUES = {
    "page_inscription",
    "demander_abonnement",
    "page_confirmation",
    "confirmer_abonnement",
    "page_desabonnement",
    "desabonner",
    "version_publique",
}


class Notifications:
    """What CERES tells people, and how."""

    name = "notifications"
    acte = Unite(sans_acteur=_PUBLIQUES | {"reperes_messages", "reconstruire_repliques"})
    poste = Poste()

    # -- warning messages
    lister_messages = lecture(messages.lister)
    flux_messages = lecture(messages.flux)
    reperes_messages = lecture(messages.reperes, d_un_trait=True)
    lire_message = commande(actes_messages.lire)
    lire_les_messages = commande(actes_messages.lire_les_trouves)

    # -- mailing list
    page_inscription = lecture(abonnes.page_inscription)
    demander_abonnement = commande(abonnements.demander)
    page_confirmation = lecture(abonnes.page_confirmation)
    confirmer_abonnement = commande(abonnements.confirmer)
    page_desabonnement = lecture(abonnes.page_desabonnement)
    desabonner = commande(abonnements.desabonner)
    lister_abonnes = lecture(abonnes.lister)
    abonne = lecture(abonnes.fiche)
    desabonner_abonne = commande(actes_abonnes.desabonner)
    importer_abonnes = commande(actes_abonnes.importer)
    exporter_abonnes = commande(actes_abonnes.exporter)

    # -- releases
    lister_versions = lecture(versions.lister)
    version = lecture(versions.fiche)
    creer_version = commande(actes_versions.creer)
    modifier_version = commande(actes_versions.modifier)
    traces_version = lecture(versions.traces)
    apercu_version = lecture(versions.apercu)
    version_publique = lecture(versions.publique)
    essayer_version = commande(actes_versions.essayer)
    diffuser_version = commande(actes_versions.diffuser)
    arreter_diffusion = commande(actes_versions.arreter)
    reprendre_diffusion = commande(actes_versions.reprendre)
    diffusion = lecture(versions.diffusion)
    flux_diffusion = lecture(versions.flux_diffusion)
    lister_envois = lecture(versions.lister_envois)

    # -- what others do
    convocations_editees = ecoute(
        convocations.recevoir_convocations, "sessions.convocations_editees", file="notifications.convocations"
    )
    invitation_emise = ecoute(comptes.recevoir_invitation, "gateway.invitation_emise", file="notifications.invitations")
    renouvellement_demande = ecoute(
        comptes.recevoir_demande, "gateway.renouvellement_demande", file="notifications.renouvellements"
    )
    mot_de_passe_change = ecoute(
        comptes.recevoir_mot_de_passe, "gateway.mot_de_passe_change", file="notifications.mots_de_passe"
    )
    proconnect_relie = ecoute(
        comptes.recevoir_proconnect, "gateway.proconnect_relie", file="notifications.proconnect_relies"
    )
    acces_retire = ecoute(comptes.recevoir_retrait, "gateway.acces_retire", file="notifications.acces_retires")
    changement_courriel_demande = ecoute(
        comptes.recevoir_demande_de_courriel,
        "gateway.changement_courriel_demande",
        file="notifications.courriels_demandes",
    )
    courriel_change = ecoute(
        comptes.recevoir_courriel, "gateway.courriel_change", file="notifications.courriels_changes"
    )
    habilitation_modifiee = ecoute(
        actes_messages.recevoir_habilitation, "jures.habilitation_modifiee", file="notifications.habilitations"
    )
    jure_modifie = ecoute(actes_messages.recevoir_jure, "jures.jure_modifie", file="notifications.jures")
    session_refusee = ecoute(actes_messages.recevoir_decision, "sessions.session_refusee", file="notifications.refus")
    session_decidee = ecoute(
        actes_messages.recevoir_decision, "sessions.session_decidee", file="notifications.decisions"
    )
    annulee_par_son_centre = ecoute(
        actes_messages.recevoir_annulation,
        "sessions.annulee_par_son_centre",
        file="notifications.annulees_par_leur_centre",
    )
    demande_repondue = ecoute(
        actes_messages.recevoir_reponse, "sessions.demande_repondue", file="notifications.reponses"
    )
    fin_changee = ecoute(actes_messages.recevoir_fin, "sessions.fin_changee", file="notifications.fins_changees")
    convocations_refaites = ecoute(
        actes_messages.recevoir_lettres_refaites,
        "sessions.convocations_refaites",
        file="notifications.lettres_refaites",
    )
    attestations_changees = ecoute(
        actes_messages.recevoir_attestations, "sessions.attestations_changees", file="notifications.attestations"
    )
    agrement_decide = ecoute(
        actes_messages.recevoir_agrement, "referentiel.agrement_decide", file="notifications.agrements_decides"
    )
    etablissement_deplace = ecoute(
        actes_messages.recevoir_deplacement,
        "referentiel.etablissement_deplace",
        file="notifications.etablissements_deplaces",
    )
    habilitation_suivie = ecoute(
        echeances.suivre_habilitation, "jures.habilitation_modifiee", file="notifications.fins_habilitations"
    )
    agrement_publie = ecoute(echeances.suivre_agrement, "referentiel.agrement_publie", file="notifications.agrements")
    titre_publie = ecoute(echeances.relire_agrements, "referentiel.titre_publie", file="notifications.titres")
    titre_suivi = ecoute(echeances.relire_habilitations, "jures.titre_suivi", file="notifications.titres_des_jures")
    controle_modifie = ecoute(echeances.suivre_controle, "referentiel.controle_modifie", file="notifications.controles")
    reponse_demandee = ecoute(
        actes_messages.recevoir_controle, "referentiel.controle_modifie", file="notifications.controles_demandes"
    )
    demande_vae_modifiee = ecoute(
        echeances.suivre_demande_vae, "candidats.demande_vae_modifiee", file="notifications.demandes_vae"
    )
    session_modifiee = ecoute(
        echeances.suivre_session,
        "sessions.session_modifiee",
        "sessions.resultats_saisis",
        file="notifications.sessions",
    )
    reconstruire_repliques = commande(echeances.reconstruire)

    # -- what time brings

    @timer(chaque=600)
    def chaque_dix_minutes(self) -> None:
        while self.acte.faire(avertissements.avertir):
            pass
        self.acte.faire(abonnements.oublier_les_comptes)

    chaque_jour = minuterie(UN_JOUR, echeances.suivre_fins)
    ranger = minuterie(UNE_HEURE, ranger_noyau)
    oublier = minuterie(UN_JOUR, conservation.ranger)
    sceller_les_traces = minuterie(UNE_HEURE, sceaux.tenir)


class NotificationsGardes:
    """What is run by hand, or by a test that goes through the days."""

    name = "notifications_gardes"
    acte = Unite("notifications")

    avertir = commande(avertissements.avertir)


SERVICES = [Notifications, NotificationsGardes]
