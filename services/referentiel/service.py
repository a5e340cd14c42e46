"""The référentiel: what everybody refers to, and the agréments of the centres."""

from typing import Any

from commun import conservation, sceaux
from commun.inbox import on_event
from commun.rpc import rpc
from commun.timers import timer
from commun.unit_of_work import Recu
from commun.unite import Unite
from services.referentiel.commands import agrements as actes_agrements
from services.referentiel.commands import controles as actes_controles
from services.referentiel.commands import etablissements as actes_etablissements
from services.referentiel.commands import export, replicas
from services.referentiel.commands import titres as actes_titres
from services.referentiel.queries import agrements, controles, etablissements, fins, territoires, titres, traces

Filtres = dict[str, Any]


class Referentiel:
    """Titres, CCSs, établissements, agréments, contrôles, territories."""

    name = "referentiel"
    acte = Unite(sans_acteur={"reconstruire_repliques"})

    # -- certifications

    @rpc
    def lister_titres(self, filtres: Filtres) -> Any:
        return self.acte.lire(titres.lister_titres, filtres)

    @rpc
    def titre(self, code: str) -> Any:
        return self.acte.lire(titres.fiche_titre, code)

    @rpc
    def creer_titre(self, corps: Any) -> Any:
        return self.acte.faire(actes_titres.creer_titre, corps)

    @rpc
    def modifier_titre(self, code: str, corps: Any) -> Any:
        return self.acte.faire(actes_titres.modifier_titre, code, corps)

    @rpc
    def remplacer_correspondances(self, code: str, corps: Any) -> Any:
        return self.acte.faire(actes_titres.remplacer_correspondances, code, corps)

    @rpc
    def traces_titre(self, code: str, filtres: Filtres) -> Any:
        return self.acte.lire(traces.traces_titre, code, filtres)

    @rpc
    def lister_ccs(self, filtres: Filtres) -> Any:
        return self.acte.lire(titres.lister_ccs, filtres)

    @rpc
    def ccs(self, code: str) -> Any:
        return self.acte.lire(titres.fiche_ccs, code)

    # -- établissements and agréments

    @rpc
    def lister_etablissements(self, filtres: Filtres) -> Any:
        return self.acte.lire(etablissements.lister_etablissements, filtres)

    @rpc
    def etablissement(self, etablissement_id: str) -> Any:
        return self.acte.lire(etablissements.fiche_etablissement, etablissement_id)

    @rpc
    def creer_etablissement(self, corps: Any) -> Any:
        return self.acte.faire(actes_etablissements.creer_etablissement, corps)

    @rpc
    def modifier_etablissement(self, etablissement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_etablissements.modifier_etablissement, etablissement_id, corps)

    @rpc
    def traces_etablissement(self, etablissement_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(traces.traces_etablissement, etablissement_id, filtres)

    @rpc
    def lister_agrements(self, filtres: Filtres, etablissement_id: str | None = None) -> Any:
        return self.acte.lire(agrements.lister_agrements, filtres, etablissement_id)

    @rpc
    def page_export_agrements(self, filtres: Filtres, apres: str | None = None) -> Any:
        return self.acte.faire(export.page_export, filtres, apres)

    @rpc
    def agrement(self, agrement_id: str) -> Any:
        return self.acte.lire(agrements.fiche_agrement, agrement_id)

    @rpc
    def incidences_agrement(self, agrement_id: str) -> Any:
        return self.acte.lire(agrements.incidences, agrement_id)

    @rpc
    def creer_agrement(self, etablissement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_agrements.creer_agrement, etablissement_id, corps)

    @rpc
    def modifier_agrement(self, agrement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_agrements.modifier_agrement, agrement_id, corps)

    @rpc
    def suspendre_agrement(self, agrement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_agrements.suspendre_agrement, agrement_id, corps)

    @rpc
    def retablir_agrement(self, agrement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_agrements.retablir_agrement, agrement_id, corps)

    @rpc
    def retirer_agrement(self, agrement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_agrements.retirer_agrement, agrement_id, corps)

    @rpc
    def traces_agrement(self, agrement_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(traces.traces_agrement, agrement_id, filtres)

    # -- contrôles

    @rpc
    def lister_controles(self, etablissement_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(controles.lister_controles, etablissement_id, filtres)

    @rpc
    def controle(self, controle_id: str) -> Any:
        return self.acte.lire(controles.fiche_controle, controle_id)

    @rpc
    def creer_controle(self, etablissement_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_controles.creer_controle, etablissement_id, corps)

    @rpc
    def modifier_controle(self, controle_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_controles.modifier_controle, controle_id, corps)

    @rpc
    def donner_suite(self, controle_id: str, corps: Any) -> Any:
        return self.acte.faire(actes_controles.donner_suite, controle_id, corps)

    @rpc
    def traces_controle(self, controle_id: str, filtres: Filtres) -> Any:
        return self.acte.lire(traces.traces_controle, controle_id, filtres)

    # -- territories

    @rpc
    def lister_communes(self, filtres: Filtres) -> Any:
        return self.acte.lire(territoires.lister_communes, filtres)

    @rpc
    def lister_pays(self, filtres: Filtres) -> Any:
        return self.acte.lire(territoires.lister_pays, filtres)

    @rpc
    def lister_departements(self, filtres: Filtres) -> Any:
        return self.acte.lire(territoires.lister_departements, filtres)

    # -- copies of what others own

    @on_event("sessions.session_creee", "sessions.session_modifiee", file="referentiel.sessions")
    def session_modifiee(self, recu: Recu) -> None:
        self.acte.consommer(recu, replicas.suivre_session)

    @rpc
    def reconstruire_repliques(self) -> Any:
        return self.acte.faire(replicas.reconstruire_repliques)

    # -- what time brings

    @timer(chaque=conservation.CHAQUE)
    def ranger(self) -> None:
        self.acte.faire(conservation.ranger_noyau)

    @timer(chaque=sceaux.CHAQUE)
    def sceller_les_traces(self) -> None:
        sceaux.tenir(self.acte)


class ReferentielGardes:
    """What other services ask, on workers kept for it: each answers alone, for nobody's perimeter."""

    name = "referentiel_gardes"
    acte = Unite("referentiel")

    @rpc
    def titre(self, code: str) -> Any:
        return self.acte.lire(titres.titre_garde, code)

    @rpc
    def ccs(self, code: str) -> Any:
        return self.acte.lire(titres.fiche_ccs, code)

    @rpc
    def etablissement(self, etablissement_id: str) -> Any:
        return self.acte.lire(etablissements.etablissement_garde, etablissement_id)

    @rpc
    def contact_etablissement(self, etablissement_id: str) -> Any:
        return self.acte.lire(etablissements.contact, etablissement_id)

    @rpc
    def libelles_etablissements(self, ids: list[str]) -> Any:
        return self.acte.lire(etablissements.libelles, ids)

    @rpc
    def communes(self, codes: list[str]) -> Any:
        return self.acte.lire(territoires.communes_par_code, codes)

    @rpc
    def communes_nommees(self, noms: list[str]) -> Any:
        return self.acte.lire(territoires.communes_nommees, noms)

    @rpc
    def pays(self, designations: list[str]) -> Any:
        return self.acte.lire(territoires.pays_designes, designations)

    @rpc
    def titres(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(titres.titres_publies, apres, limite)

    @rpc
    def etablissements(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(etablissements.etablissements_publies, apres, limite)

    @rpc
    def agrements_de(self, etablissement_id: str) -> Any:
        return self.acte.lire(agrements.agrements_de, etablissement_id)

    @rpc
    def fins_d_agrements(self, ids: list[str]) -> Any:
        return self.acte.lire(fins.fins_d_agrements, ids)

    @rpc
    def agrements(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(agrements.agrements_publies, apres, limite)

    @rpc
    def controles(self, apres: str | None = None, limite: int = 500) -> Any:
        return self.acte.lire(controles.controles_publies, apres, limite)


SERVICES = [Referentiel, ReferentielGardes]
