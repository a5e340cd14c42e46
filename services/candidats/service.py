"""The candidats: who they are, what they have acquired, their demandes VAE."""

from typing import Any

from commun import conservation, sceaux
from commun.inbox import on_event
from commun.rpc import rpc
from commun.timers import timer
from commun.unit_of_work import Recu
from commun.unite import Unite
from services.candidats.commands import conservation as actes_conservation
from services.candidats.commands import export, fusion, identite, importer, rattachement, reception
from services.candidats.commands import vae as actes_vae
from services.candidats.queries import candidats, gardes, imports, vae

Filtres = dict[str, Any]


class Candidats:
    """Candidates and their demandes VAE."""

    name = "candidats"
    acte = Unite(sans_acteur={"reconstruire_repliques"})

    # -- candidates

    @rpc
    def lister(self, filtres: Filtres) -> Any:
        return self.acte.lire(candidats.lister, filtres)

    @rpc
    def fiche(self, candidat_id: str) -> Any:
        return self.acte.lire(candidats.fiche, candidat_id)

    @rpc
    def creer(self, corps: Any) -> Any:
        return self.acte.faire(identite.creer, corps)

    @rpc
    def modifier(self, candidat_id: str, corps: Any) -> Any:
        return self.acte.faire(identite.modifier, candidat_id, corps)

    @rpc
    def bandeau(self, candidat_id: str) -> Any:
        return self.acte.lire(candidats.bandeau, candidat_id)

    @rpc
    def traces(self, candidat_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(candidats.traces, candidat_id, filtres)

    @rpc
    def rattacher(self, corps: Any) -> Any:
        return self.acte.faire(rattachement.rattacher_par_identite, corps)

    @rpc
    def doublons(self, candidat_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(candidats.doublons, candidat_id, filtres)

    @rpc
    def fusionner(self, candidat_id: str, corps: Any) -> Any:
        return self.acte.faire(fusion.fusionner, candidat_id, corps)

    # -- files

    @rpc
    def importer(self, corps: Any) -> Any:
        return self.acte.faire(importer.importer, corps)

    @rpc
    def fichier_import(self, import_id: str) -> Any:
        return imports.livrer(self.acte.lire(imports.fichier, import_id))

    @rpc
    def page_export(self, filtres: Filtres, apres: str | None = None) -> Any:
        return self.acte.faire(export.page_export, filtres, apres)

    # -- VAE

    @rpc
    def lister_demandes_vae(self, filtres: Filtres) -> Any:
        return self.acte.lire(vae.lister, filtres)

    @rpc
    def demandes_vae_du_candidat(self, candidat_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(vae.lister_du_candidat, candidat_id, filtres)

    @rpc
    def demande_vae(self, demande_id: str) -> Any:
        return self.acte.lire(vae.fiche, demande_id)

    @rpc
    def traces_demande_vae(self, demande_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(vae.traces, demande_id, filtres)

    @rpc
    def deposer_demande_vae(self, candidat_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_vae.deposer, candidat_id, corps)

    @rpc
    def decider_demande_vae(self, demande_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_vae.decider, demande_id, corps)

    @rpc
    def retirer_demande_vae(self, demande_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_vae.retirer, demande_id, corps)

    # -- copies of what others own

    @on_event("referentiel.titre_publie", file="candidats.titres")
    def titre_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, reception.recevoir_titre)

    @on_event(
        "sessions.session_modifiee",
        "sessions.instruction_modifiee",
        "sessions.resultats_saisis",
        file="candidats.sessions",
    )
    def session_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, reception.recevoir_session)

    @on_event("sessions.inscrits_modifies", file="candidats.inscrits")
    def inscrits_modifies(self, recu: Recu) -> None:
        self.acte.consommer(recu, reception.recevoir_session)

    @on_event("sessions.resultats_clos", file="candidats.resultats")
    def resultats_clos(self, recu: Recu) -> None:
        self.acte.consommer(recu, reception.recevoir_resultats)

    @rpc
    def reconstruire_repliques(self) -> Any:
        return self.acte.faire(reception.reconstruire_repliques)

    # -- what time brings

    @timer(chaque=conservation.CHAQUE)
    def ranger(self) -> None:
        self.acte.faire(actes_conservation.ranger)

    @timer(chaque=sceaux.CHAQUE)
    def sceller_les_traces(self) -> None:
        sceaux.tenir(self.acte)


class CandidatsGardes:
    """What other services ask, on workers kept for it: leaf reads that call nobody."""

    name = "candidats_gardes"
    acte = Unite("candidats")

    @rpc
    def pour_inscription(
        self, candidat_ids: list[str], etablissement_id: str, demande_vae_ids: list[str] | None = None
    ) -> Any:  # a `sessions` of the version before still says `demande_vae_ids`
        return self.acte.lire_d_un_trait(gardes.pour_inscription, candidat_ids, etablissement_id)

    @rpc
    def identites(self, candidat_ids: list[str]) -> Any:
        return self.acte.lire(gardes.identites, candidat_ids)

    @rpc
    def dans_mon_perimetre(self, candidat_ids: list[str]) -> Any:
        return self.acte.lire(gardes.dans_mon_perimetre, candidat_ids)

    @rpc
    def candidats(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.publies, apres, limite)

    @rpc
    def anonymises(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.anonymises, apres, limite)

    @rpc
    def demandes_vae(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.demandes_suivies, apres, limite)

    @rpc
    def demandes_de(self, demande_ids: list[str]) -> Any:
        return self.acte.lire(gardes.demandes_de, demande_ids)


SERVICES = [Candidats, CandidatsGardes]
