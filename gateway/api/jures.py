"""Jurés, their jobs, their habilitations."""

from marshmallow import fields

from commun.domain.referentiel import AGENTS, NATIONAL, TOUS
from commun.schemas.forms import Page
from commun.schemas.sorties import Trace, page_de
from gateway.api.routes import Route
from services.jures import schemas

_JURE = "/jures/<jure_id>"
_EMPLOI = f"{_JURE}/emplois/<emploi_id>"
_HABILITATION = "/habilitations/<habilitation_id>"

ROUTES_API = (
    Route("GET", "/jures", "jures.lister", TOUS, "Les jurés du périmètre.",
          filtres=schemas.FiltresJures, reponse=page_de(schemas.JureListe)),
    Route("GET", "/jures/export", "jures.page_export", TOUS, "Le fichier des jurés de la liste, pour les contacter.",
          filtres=schemas.ExportJures, export=True),
    Route("GET", _JURE, "jures.fiche", TOUS, "Un juré, ses emplois et ses habilitations.", reponse=schemas.Jure),
    Route("POST", "/jures", "jures.creer", AGENTS, "Crée un juré.",
          corps=schemas.NouveauJure, reponse=schemas.Jure, statut=201),
    Route("PATCH", _JURE, "jures.modifier", AGENTS, "Modifie un juré.",
          corps=schemas.ModificationJure, partiel=True, reponse=schemas.Jure),
    Route("POST", f"{_JURE}/inactivation", "jures.inactiver", AGENTS, "Inactive un juré.",
          corps=schemas.Acte, reponse=schemas.Jure),
    Route("POST", f"{_JURE}/activation", "jures.activer", AGENTS, "Active un juré.",
          corps=schemas.Acte, reponse=schemas.Jure),
    Route("GET", f"{_JURE}/sessions", "jures.sessions_du_jure", TOUS, "Les sessions où un juré est inscrit.",
          filtres=Page, reponse=page_de(schemas.SessionDuJure)),
    Route("GET", f"{_JURE}/doublons", "jures.doublons", AGENTS | NATIONAL,
          "Les jurés qui sont peut-être la même personne ; « existe_ailleurs » : s'il y en a hors du périmètre.",
          filtres=Page,
          reponse=page_de(schemas.Doublon, existe_ailleurs=fields.Boolean(required=True))),
    Route("POST", f"{_JURE}/fusion", "jures.fusionner", AGENTS, "Fusionne dans ce juré une autre fiche de lui.",
          corps=schemas.Fusion, reponse=schemas.Jure),
    Route("GET", f"{_JURE}/traces", "jures.traces_jure", TOUS, "Ce qui a été fait sur un juré et ses emplois.",
          filtres=Page, reponse=page_de(Trace)),
    Route("POST", f"{_JURE}/emplois", "jures.creer_emploi", AGENTS, "Ajoute un emploi à un juré.",
          corps=schemas.NouvelEmploi, reponse=schemas.Emploi, statut=201),
    Route("PATCH", _EMPLOI, "jures.modifier_emploi", AGENTS, "Modifie un emploi.",
          corps=schemas.ModificationEmploi, partiel=True, reponse=schemas.Emploi),
    Route("DELETE", _EMPLOI, "jures.supprimer_emploi", AGENTS, "Supprime un emploi.",
          reponse=schemas.EmploiSupprime, muette=True),
    Route("POST", f"{_JURE}/habilitations", "jures.creer_habilitation", AGENTS, "Crée une habilitation, en brouillon.",
          corps=schemas.NouvelleHabilitation, reponse=schemas.Habilitation, statut=201),
    Route("GET", "/habilitations", "jures.lister_habilitations", TOUS, "Les habilitations des jurés du périmètre.",
          filtres=schemas.FiltresHabilitations, reponse=page_de(schemas.HabilitationDuPerimetre)),
    Route("GET", "/habilitations/export", "jures.page_export_habilitations", TOUS, "Le fichier des habilitations.",
          filtres=schemas.ExportHabilitations, export=True),
    Route("GET", "/habilitations/couverture", "jures.couverture", NATIONAL,
          "Les jurés habilités, par titre ou CCS et par département.",
          filtres=schemas.FiltresCouverture, reponse=schemas.Couverture),
    Route("GET", _HABILITATION, "jures.habilitation", TOUS, "Une habilitation et ce qui peut en être fait.",
          reponse=schemas.Habilitation),
    Route("PATCH", _HABILITATION, "jures.modifier_habilitation", AGENTS, "Modifie un brouillon d'habilitation.",
          corps=schemas.ModificationHabilitation, partiel=True, reponse=schemas.Habilitation),
    Route("POST", f"{_HABILITATION}/valider", "jures.valider", AGENTS, "Valide une habilitation.",
          corps=schemas.Acte, reponse=schemas.Habilitation),
    Route("POST", f"{_HABILITATION}/suspendre", "jures.suspendre", AGENTS, "Suspend une habilitation.",
          corps=schemas.Acte, reponse=schemas.Habilitation),
    Route("POST", f"{_HABILITATION}/reactiver", "jures.reactiver", AGENTS, "Réactive une habilitation suspendue.",
          corps=schemas.Acte, reponse=schemas.Habilitation),
    Route("POST", f"{_HABILITATION}/mettre-en-brouillon", "jures.mettre_en_brouillon", AGENTS,
          "Remet une habilitation en brouillon.", corps=schemas.Acte, reponse=schemas.Habilitation),
    Route("DELETE", _HABILITATION, "jures.supprimer", AGENTS, "Supprime un brouillon d'habilitation."),
    Route("GET", f"{_HABILITATION}/traces", "jures.traces_habilitation", TOUS,
          "Ce qui a été fait sur une habilitation.", filtres=Page, reponse=page_de(Trace)),
)  # fmt: skip
