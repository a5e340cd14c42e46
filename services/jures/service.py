"""Jurés: who may sit in juries, and by which right."""

from typing import Any

from commun import conservation, sceaux
from commun.inbox import on_event
from commun.rpc import rpc
from commun.timers import timer
from commun.unit_of_work import Recu
from commun.unite import Unite
from services.jures.commands import conservation as actes_conservation
from services.jures.commands import emplois, export, fusion, habilitations, jures, replicas
from services.jures.queries import aptitudes, couverture, fiches, gardes, listes

Filtres = dict[str, Any]


class Jures:
    """Jurés, their jobs and their habilitations."""

    name = "jures"
    acte = Unite(sans_acteur={"reconstruire_repliques"})

    # -- jurés

    @rpc
    def lister(self, filtres: Filtres) -> Any:
        return self.acte.lire(listes.lister_jures, filtres)

    @rpc
    def page_export(self, filtres: Filtres, apres: str | None = None) -> Any:
        return self.acte.faire(export.page_jures, filtres, apres)

    @rpc
    def fiche(self, jure_id: str) -> Any:
        return self.acte.lire(fiches.fiche_jure, jure_id)

    @rpc
    def creer(self, corps: Any) -> Any:
        return self.acte.faire(jures.creer_jure, corps)

    @rpc
    def modifier(self, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(jures.modifier_jure, jure_id, corps)

    @rpc
    def inactiver(self, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(jures.inactiver_jure, jure_id, corps)

    @rpc
    def activer(self, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(jures.activer_jure, jure_id, corps)

    @rpc
    def sessions_du_jure(self, jure_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(fiches.sessions_du_jure, jure_id, filtres)

    @rpc
    def doublons(self, jure_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(fiches.doublons, jure_id, filtres)

    @rpc
    def fusionner(self, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(fusion.fusionner, jure_id, corps)

    @rpc
    def traces_jure(self, jure_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(fiches.traces_jure, jure_id, filtres)

    # -- jobs

    @rpc
    def creer_emploi(self, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(emplois.creer_emploi, jure_id, corps)

    @rpc
    def modifier_emploi(self, jure_id: str, emploi_id: str, corps: Any) -> Any:
        return self.acte.faire(emplois.modifier_emploi, jure_id, emploi_id, corps)

    @rpc
    def supprimer_emploi(self, jure_id: str, emploi_id: str, corps: Any) -> Any:
        return self.acte.faire(emplois.supprimer_emploi, jure_id, emploi_id, corps)

    # -- habilitations

    @rpc
    def lister_habilitations(self, filtres: Filtres) -> Any:
        return self.acte.lire(listes.lister_habilitations, filtres)

    @rpc
    def couverture(self, filtres: Filtres) -> Any:
        return self.acte.lire(couverture.couverture, filtres)

    @rpc
    def page_export_habilitations(self, filtres: Filtres, apres: str | None = None) -> Any:
        return self.acte.faire(export.page_habilitations, filtres, apres)

    @rpc
    def habilitation(self, habilitation_id: str) -> Any:
        return self.acte.lire(fiches.fiche_habilitation, habilitation_id)

    @rpc
    def creer_habilitation(self, jure_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.creer_habilitation, jure_id, corps)

    @rpc
    def modifier_habilitation(self, habilitation_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.modifier_habilitation, habilitation_id, corps)

    @rpc
    def valider(self, habilitation_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.valider, habilitation_id, corps)

    @rpc
    def suspendre(self, habilitation_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.suspendre, habilitation_id, corps)

    @rpc
    def reactiver(self, habilitation_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.reactiver, habilitation_id, corps)

    @rpc
    def mettre_en_brouillon(self, habilitation_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.mettre_en_brouillon, habilitation_id, corps)

    @rpc
    def supprimer(self, habilitation_id: str, corps: Any) -> Any:
        return self.acte.faire(habilitations.supprimer, habilitation_id, corps)

    @rpc
    def traces_habilitation(self, habilitation_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(fiches.traces_habilitation, habilitation_id, filtres)

    # -- copies of what others own

    @on_event("referentiel.titre_publie", file="jures.titres")
    def titre_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, replicas.suivre_titre)

    @on_event("referentiel.agrement_publie", file="jures.agrements")
    def agrement_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, replicas.suivre_agrement)

    @on_event("sessions.session_modifiee", "sessions.instruction_modifiee", file="jures.sessions")
    def session_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, replicas.suivre_session)

    @on_event("sessions.jury_modifie", file="jures.jurys")
    def jury_modifie(self, recu: Recu) -> None:
        self.acte.consommer(recu, replicas.suivre_session)

    @rpc
    def reconstruire_repliques(self) -> Any:
        return self.acte.faire(replicas.reconstruire_repliques)

    # -- what time brings

    @timer(chaque=conservation.CHAQUE)
    def ranger(self) -> None:
        self.acte.faire(actes_conservation.ranger)

    @timer(chaque=sceaux.CHAQUE)
    def sceller_les_traces(self) -> None:
        sceaux.tenir(self.acte)


class JuresGardes:
    """What other services ask, on workers kept for it: each answers alone, for nobody's perimeter."""

    name = "jures_gardes"
    acte = Unite("jures")

    @rpc
    def aptitudes(self, **criteres: Any) -> Any:
        return self.acte.lire_d_un_trait(aptitudes.aptitudes, **criteres)

    @rpc
    def possibles(self, filtres: Filtres, **criteres: Any) -> Any:
        return self.acte.lire(aptitudes.possibles, filtres, **criteres)

    @rpc
    def libelles(self, jure_ids: list[str], habilitation_ids: list[str]) -> Any:
        return self.acte.lire(gardes.libelles, jure_ids, habilitation_ids)

    @rpc
    def jures(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.jures_publies, apres, limite)

    @rpc
    def anonymises(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.anonymises, apres, limite)

    @rpc
    def habilitations(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.habilitations_publiees, apres, limite)

    @rpc
    def fins_avancees(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(gardes.fins_avancees, apres, limite)


SERVICES = [Jures, JuresGardes]
