"""Notifications: mails, warning messages, and the mailing list of the releases."""

from typing import Any

from commun import conservation, sceaux
from commun.inbox import on_event
from commun.rpc import rpc
from commun.timers import timer
from commun.unit_of_work import Recu
from commun.unite import Unite
from services.notifications.commands import abonnements, comptes, convocations, echeances, invitations
from services.notifications.commands import abonnes as actes_abonnes
from services.notifications.commands import conservation as actes_conservation
from services.notifications.commands import messages as actes_messages
from services.notifications.commands import versions as actes_versions
from services.notifications.facteur.poste import Poste
from services.notifications.queries import abonnes, messages, versions

Filtres = dict[str, Any]
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
    acte = Unite(sans_acteur=_PUBLIQUES | {"reconstruire_repliques"})
    poste = Poste()

    # -- warning messages

    @rpc
    def lister_messages(self, filtres: Filtres) -> Any:
        return self.acte.lire(messages.lister, filtres)

    @rpc
    def flux_messages(self, apres: str | None = None) -> Any:
        return self.acte.lire(messages.flux, apres)

    @rpc
    def lire_message(self, message_id: str) -> Any:
        return self.acte.faire(actes_messages.lire, message_id)

    @rpc
    def lire_les_messages(self, corps: Any) -> Any:
        return self.acte.faire(actes_messages.lire_les_trouves, corps)

    # -- mailing list

    @rpc
    def page_inscription(self) -> Any:
        return self.acte.lire(abonnes.page_inscription)

    @rpc
    def demander_abonnement(self, corps: Any, source: str) -> Any:
        return self.acte.faire(abonnements.demander, corps, source)

    @rpc
    def page_confirmation(self, jeton: str) -> Any:
        return self.acte.lire(abonnes.page_confirmation, jeton)

    @rpc
    def confirmer_abonnement(self, jeton: str) -> Any:
        return self.acte.faire(abonnements.confirmer, jeton)

    @rpc
    def page_desabonnement(self, jeton: str) -> Any:
        return self.acte.lire(abonnes.page_desabonnement, jeton)

    @rpc
    def desabonner(self, jeton: str) -> Any:
        return self.acte.faire(abonnements.desabonner, jeton)

    @rpc
    def lister_abonnes(self, filtres: Filtres) -> Any:
        return self.acte.lire(abonnes.lister, filtres)

    @rpc
    def importer_abonnes(self, corps: Any) -> Any:
        return self.acte.faire(actes_abonnes.importer, corps)

    @rpc
    def exporter_abonnes(self, filtres: Filtres) -> Any:
        return self.acte.faire(actes_abonnes.exporter, filtres)

    # -- releases

    @rpc
    def lister_versions(self, filtres: Filtres) -> Any:
        return self.acte.lire(versions.lister, filtres)

    @rpc
    def version(self, numero: str) -> Any:
        return self.acte.lire(versions.fiche, numero)

    @rpc
    def creer_version(self, corps: Any) -> Any:
        return self.acte.faire(actes_versions.creer, corps)

    @rpc
    def modifier_version(self, numero: str, corps: Any) -> Any:
        return self.acte.faire(actes_versions.modifier, numero, corps)

    @rpc
    def apercu_version(self, numero: str) -> Any:
        return self.acte.lire(versions.apercu, numero)

    @rpc
    def version_publique(self, numero: str) -> Any:
        return self.acte.lire(versions.publique, numero)

    @rpc
    def essayer_version(self, numero: str, corps: Any) -> Any:
        return self.acte.faire(actes_versions.essayer, numero, corps)

    @rpc
    def diffuser_version(self, numero: str, corps: Any) -> Any:
        return self.acte.faire(actes_versions.diffuser, numero, corps)

    @rpc
    def arreter_diffusion(self, numero: str, corps: Any) -> Any:
        return self.acte.faire(actes_versions.arreter, numero, corps)

    @rpc
    def reprendre_diffusion(self, numero: str, corps: Any) -> Any:
        return self.acte.faire(actes_versions.reprendre, numero, corps)

    @rpc
    def diffusion(self, numero: str) -> Any:
        return self.acte.lire(versions.diffusion, numero)

    @rpc
    def flux_diffusion(self, numero: str, apres: str | None = None) -> Any:
        return self.acte.lire(versions.flux_diffusion, numero, apres)

    @rpc
    def lister_envois(self, numero: str, filtres: Filtres) -> Any:
        return self.acte.lire(versions.lister_envois, numero, filtres)

    # -- what others do

    @on_event("sessions.convocations_editees", file="notifications.convocations")
    def convocations_editees(self, recu: Recu) -> None:
        self.acte.consommer(recu, convocations.recevoir_convocations)

    @on_event("gateway.invitation_emise", file="notifications.invitations")
    def invitation_emise(self, recu: Recu) -> None:
        self.acte.consommer(recu, invitations.recevoir)

    @on_event("gateway.renouvellement_demande", file="notifications.renouvellements")
    def renouvellement_demande(self, recu: Recu) -> None:
        self.acte.consommer(recu, comptes.recevoir_demande)

    @on_event("gateway.mot_de_passe_change", file="notifications.mots_de_passe")
    def mot_de_passe_change(self, recu: Recu) -> None:
        self.acte.consommer(recu, comptes.recevoir_mot_de_passe)

    @on_event("gateway.changement_courriel_demande", file="notifications.courriels_demandes")
    def changement_courriel_demande(self, recu: Recu) -> None:
        self.acte.consommer(recu, comptes.recevoir_demande_de_courriel)

    @on_event("gateway.courriel_change", file="notifications.courriels_changes")
    def courriel_change(self, recu: Recu) -> None:
        self.acte.consommer(recu, comptes.recevoir_courriel)

    @on_event("jures.habilitation_modifiee", file="notifications.habilitations")
    def habilitation_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, actes_messages.recevoir_habilitation)

    @on_event("jures.jure_modifie", file="notifications.jures")
    def jure_modifie(self, recu: Recu) -> None:
        self.acte.consommer(recu, actes_messages.recevoir_jure)

    @on_event("sessions.session_refusee", file="notifications.refus")
    def session_refusee(self, recu: Recu) -> None:
        self.acte.consommer(recu, actes_messages.recevoir_refus)

    @on_event("jures.habilitation_modifiee", file="notifications.fins_habilitations")
    def habilitation_suivie(self, recu: Recu) -> None:
        self.acte.consommer(recu, echeances.suivre_habilitation)

    @on_event("referentiel.agrement_publie", file="notifications.agrements")
    def agrement_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, echeances.suivre_agrement)

    @on_event("referentiel.controle_modifie", file="notifications.controles")
    def controle_modifie(self, recu: Recu) -> None:
        self.acte.consommer(recu, echeances.suivre_controle)

    @on_event("candidats.demande_vae_modifiee", file="notifications.demandes_vae")
    def demande_vae_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, echeances.suivre_demande_vae)

    @on_event("sessions.session_modifiee", "sessions.resultats_saisis", file="notifications.sessions")
    def session_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, echeances.suivre_session)

    @rpc
    def reconstruire_repliques(self) -> Any:
        return self.acte.faire(echeances.reconstruire)

    # -- what time brings

    @timer(chaque=600)
    def chaque_dix_minutes(self) -> None:
        while self.acte.faire(echeances.avertir):
            pass
        self.acte.faire(abonnements.oublier_les_comptes)

    @timer(chaque=86_400)
    def chaque_jour(self) -> None:
        self.acte.faire(echeances.suivre_fins)

    @timer(chaque=conservation.CHAQUE)
    def ranger(self) -> None:
        self.acte.faire(actes_conservation.ranger)

    @timer(chaque=sceaux.CHAQUE)
    def sceller_les_traces(self) -> None:
        sceaux.tenir(self.acte)


class NotificationsGardes:
    """What is run by hand, or by a test that goes through the days."""

    name = "notifications_gardes"
    acte = Unite("notifications")

    @rpc
    def avertir(self) -> Any:
        return self.acte.faire(echeances.avertir)


SERVICES = [Notifications, NotificationsGardes]
