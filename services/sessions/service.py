"""The sessions d'examen: from a centre's brouillon to confirmed results."""

from typing import Any

from commun import conservation, sceaux
from commun.inbox import on_event
from commun.rpc import rpc
from commun.timers import timer
from commun.unit_of_work import Recu
from commun.unite import Unite
from services.sessions.commands import alertes as actes_alertes
from services.sessions.commands import candidats as actes_candidats
from services.sessions.commands import conservation as actes_conservation
from services.sessions.commands import convocations as actes_convocations
from services.sessions.commands import copies, creer, dte, export, inscription, jures, modifier, suivre, validation
from services.sessions.commands import parametres as actes_parametres
from services.sessions.commands import resultats as actes_resultats
from services.sessions.queries import (
    candidats,
    chiffres,
    documents,
    fiche,
    gardes,
    jury,
    lettres,
    listes,
    parametres,
    resultats,
)
from services.sessions.queries import dte as lectures_dte

Filtres = dict[str, Any]


class Sessions:
    """Sessions, their jury and candidates, convocations, results, attestations, alerts, dated parameters."""

    name = "sessions"
    acte = Unite(sans_acteur={"reconstruire_repliques", "verifier_attestation"})

    # -- reads

    @rpc
    def lister(self, filtres: Filtres) -> Any:
        return self.acte.lire(listes.lister, filtres)

    @rpc
    def page_export(self, filtres: Filtres, apres: str | None = None) -> Any:
        return self.acte.faire(export.page_export, filtres, apres)

    @rpc
    def fiche(self, session_id: str) -> Any:
        return self.acte.lire(fiche.fiche, session_id)

    @rpc
    def couverture(self, session_id: str) -> Any:
        return self.acte.lire(jury.couvrir, session_id)

    @rpc
    def echeances(self, session_id: str) -> Any:
        return self.acte.lire(jury.echeances, session_id)

    @rpc
    def jures_possibles(self, session_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(jury.jures_possibles, session_id, filtres)

    @rpc
    def alertes(self, filtres: Filtres) -> Any:
        return self.acte.lire(listes.lister_alertes, filtres)

    @rpc
    def alertes_de_la_session(self, session_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(listes.alertes_de_la_session, session_id, filtres)

    @rpc
    def traces(self, session_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(listes.traces, session_id, filtres)

    @rpc
    def demande_dte(self, demande_id: str) -> Any:
        return self.acte.lire(lectures_dte.dte_visible, demande_id)

    @rpc
    def resultats(self, session_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(resultats.lire, session_id, filtres)

    @rpc
    def convocations(self, session_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(lettres.lister_convocations, session_id, filtres)

    @rpc
    def credits(self, candidat_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(candidats.credits, candidat_id, filtres)

    @rpc
    def attestations(self, candidat_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(candidats.lister_attestations, candidat_id, filtres)

    @rpc
    def verifier_attestation(self, code: str) -> Any:
        return self.acte.lire(candidats.verifier, code)

    @rpc
    def chiffres(self, filtres: Filtres) -> Any:
        return self.acte.lire(chiffres.chiffres, filtres)

    @rpc
    def lister_parametres(self, filtres: Filtres) -> Any:
        return self.acte.lire(parametres.lister, filtres)

    # -- documents

    @rpc
    def convocations_pdf(self, session_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.convocations_pdf, session_id))

    @rpc
    def emargement_pdf(self, session_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.emargement_pdf, session_id))

    @rpc
    def pv_pdf(self, session_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.pv_pdf, session_id))

    @rpc
    def attestations_pdf(self, session_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.attestations_pdf, session_id))

    @rpc
    def convocation_pdf(self, convocation_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.convocation_pdf, convocation_id))

    @rpc
    def convocation_ics(self, convocation_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.convocation_ics, convocation_id))

    @rpc
    def attestation_pdf(self, attestation_id: str) -> Any:
        return documents.livrer(self.acte.lire(documents.attestation_pdf, attestation_id))

    # -- the frame, and its validation

    @rpc
    def creer(self, corps: Any) -> Any:
        return self.acte.faire(creer.creer, corps)

    @rpc
    def modifier(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(modifier.modifier, session_id, corps)

    @rpc
    def soumettre(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(validation.soumettre, session_id, corps)

    @rpc
    def retirer(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(validation.retirer, session_id, corps)

    @rpc
    def valider(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(validation.valider, session_id, corps)

    @rpc
    def refuser(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(validation.refuser, session_id, corps)

    @rpc
    def annuler(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(validation.annuler, session_id, corps)

    # -- the jury and the candidates

    @rpc
    def inscrire_jure(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(jures.inscrire, session_id, corps)

    @rpc
    def retirer_jure(self, session_id: str, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(jures.retirer, session_id, jure_id, corps)

    @rpc
    def remplacer_jure(self, session_id: str, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(jures.remplacer, session_id, jure_id, corps)

    @rpc
    def inscrire_candidat(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_candidats.inscrire, session_id, corps)

    @rpc
    def inscrire_candidats(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_candidats.inscrire_ensemble, session_id, corps)

    @rpc
    def desinscrire_candidat(self, session_id: str, candidat_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_candidats.desinscrire, session_id, candidat_id, corps)

    @rpc
    def modifier_inscription(self, session_id: str, candidat_id: str, corps: Any) -> Any:
        return self.acte.faire(inscription.modifier, session_id, candidat_id, corps)

    # -- convocations and DTE

    @rpc
    def editer_convocations(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_convocations.editer, session_id, corps)

    @rpc
    def renvoyer_convocation(self, convocation_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_convocations.renvoyer, convocation_id, corps)

    @rpc
    def demander_dte(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(dte.demander, session_id, corps)

    @rpc
    def repondre_dte(self, demande_id: str, corps: Any) -> Any:
        return self.acte.faire(dte.repondre, demande_id, corps)

    # -- results

    @rpc
    def saisir_resultats(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_resultats.saisir, session_id, corps)

    @rpc
    def cloturer(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_resultats.cloturer, session_id, corps)

    @rpc
    def viser(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_resultats.viser, session_id, corps)

    @rpc
    def debloquer(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_resultats.debloquer, session_id, corps)

    @rpc
    def constater_carence(self, session_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_resultats.constater_carence, session_id, corps)

    # -- parameters

    @rpc
    def poser_parametre(self, code: str, corps: Any) -> Any:
        return self.acte.faire(actes_parametres.poser, code, corps)

    # -- what others tell

    @on_event("referentiel.titre_publie", file="sessions.titres")
    def titre_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, copies.recevoir_titre)

    @on_event("referentiel.etablissement_publie", file="sessions.etablissements")
    def etablissement_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, copies.recevoir_etablissement)

    @on_event("referentiel.agrement_publie", file="sessions.agrements")
    def agrement_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, copies.recevoir_agrement)

    @on_event("jures.habilitation_modifiee", file="sessions.habilitations")
    def habilitation_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, suivre.suivre_jure)

    @on_event("jures.jure_modifie", file="sessions.jures")
    def jure_modifie(self, recu: Recu) -> None:
        self.acte.consommer(recu, suivre.suivre_jure)

    @on_event("jures.titre_suivi", file="sessions.titres_des_jures")
    def titre_suivi(self, recu: Recu) -> None:
        self.acte.consommer(recu, suivre.suivre_titre)

    @on_event("sessions.credits_modifies", file="sessions.credits")
    def credits_modifies(self, recu: Recu) -> None:
        self.acte.consommer(recu, suivre.suivre_credits)

    @on_event("candidats.candidat_modifie", file="sessions.candidats")
    def candidat_modifie(self, recu: Recu) -> None:
        self.acte.consommer(recu, suivre.suivre_candidat)

    @on_event("candidats.candidat_anonymise", file="sessions.candidats_anonymises")
    def candidat_anonymise(self, recu: Recu) -> None:
        self.acte.consommer(recu, actes_conservation.oublier_candidat)

    @on_event("jures.jure_anonymise", file="sessions.jures_anonymises")
    def jure_anonymise(self, recu: Recu) -> None:
        self.acte.consommer(recu, actes_conservation.oublier_jure)

    @on_event("notifications.envoi_modifie", file="sessions.envois")
    def envoi_modifie(self, recu: Recu) -> None:
        self.acte.consommer(recu, actes_convocations.suivre_envoi)

    @rpc
    def reconstruire_repliques(self) -> Any:
        return self.acte.faire(suivre.reconstruire_repliques)

    # -- what time brings

    @timer(chaque=conservation.CHAQUE)
    def ranger(self) -> None:
        self.acte.faire(actes_conservation.ranger)

    @timer(chaque=actes_alertes.CHAQUE)
    def revoir_les_plafonds(self) -> None:
        self.acte.faire(actes_alertes.revoir_les_plafonds)

    @timer(chaque=sceaux.CHAQUE)
    def sceller_les_traces(self) -> None:
        sceaux.tenir(self.acte)


class SessionsGardes:
    """What other services ask, on workers kept for it: each answers alone."""

    name = "sessions_gardes"
    acte = Unite("sessions")

    @rpc
    def inscriptions_du_jure(self, jure_id: str) -> Any:
        return self.acte.lire(gardes.inscriptions_du_jure, jure_id)

    @rpc
    def inscrites_depuis(self, personne_ids: list[str], jour: str) -> Any:
        return self.acte.lire(gardes.inscrites_depuis, personne_ids, jour)

    @rpc
    def laisser_anonymiser(self, fiches: dict[str, str], versions: dict[str, int], jour: str) -> Any:
        return self.acte.faire(actes_conservation.laisser_anonymiser, fiches, versions, jour)

    @rpc
    def inscrire_candidats(self, session_id: str, corps: Any, connus: list[dict[str, Any]]) -> Any:
        return self.acte.faire(actes_candidats.inscrire_connus, session_id, corps, connus)

    @rpc
    def sessions(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.sessions_publiees, apres, limite)

    @rpc
    def resultats_clos(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.resultats_clos, apres, limite)

    @rpc
    def participants(self, session_ids: list[str]) -> Any:
        return self.acte.lire(gardes.participants, session_ids)

    @rpc
    def durees_de_conservation(self) -> Any:
        return self.acte.lire(parametres.durees_de_conservation)

    @rpc
    def lettre(self, convocation_id: str, annulation: bool = False) -> Any:
        return documents.poster(self.acte.lire(documents.courrier, convocation_id, annulation))


SERVICES = [Sessions, SessionsGardes]
