"""Certifications, établissements, agréments, contrôles, territories."""

from commun.forms import Page
from commun.referentiel import AGENTS, NATIONAL, TOUS
from commun.sorties import Trace, page_de
from gateway.api.routes import Route
from services.referentiel import schemas

_AUTORITES = AGENTS | NATIONAL
_ETABLISSEMENT = "/etablissements/<etablissement_id>"
_AGREMENT = "/agrements/<agrement_id>"
_CONTROLE = "/controles/<controle_id>"

ROUTES_API = (
    Route("GET", "/titres", "referentiel.lister_titres", TOUS, "Les titres professionnels.",
          filtres=schemas.FiltresTitres, reponse=page_de(schemas.Titre)),
    Route("GET", "/titres/<code>", "referentiel.titre", TOUS, "Un titre, ses CCP et ses CCS.", reponse=schemas.Titre),
    Route("POST", "/titres", "referentiel.creer_titre", NATIONAL, "Crée un titre.",
          corps=schemas.NouveauTitre, reponse=schemas.Titre, statut=201),
    Route("PATCH", "/titres/<code>", "referentiel.modifier_titre", NATIONAL, "Modifie un titre.",
          corps=schemas.ModificationTitre, partiel=True, reponse=schemas.Titre),
    Route("PUT", "/titres/<code>/correspondances", "referentiel.remplacer_correspondances", NATIONAL,
          "Remplace les correspondances entre les CCP d'un titre et ceux des titres antérieurs.",
          corps=schemas.RemplacementCorrespondances, reponse=schemas.Titre),
    Route("GET", "/titres/<code>/traces", "referentiel.traces_titre", TOUS, "Ce qui a été fait sur un titre.",
          filtres=Page, reponse=page_de(Trace)),
    Route("GET", "/ccs", "referentiel.lister_ccs", TOUS, "Les certificats complémentaires de spécialisation.",
          filtres=Page, reponse=page_de(schemas.Ccs)),
    Route("GET", "/ccs/<code>", "referentiel.ccs", TOUS, "Un CCS et les titres qu'il complète.", reponse=schemas.Ccs),
    Route("GET", "/etablissements", "referentiel.lister_etablissements", TOUS, "Les établissements du périmètre.",
          filtres=schemas.FiltresEtablissements, reponse=page_de(schemas.EtablissementListe)),
    Route("GET", _ETABLISSEMENT, "referentiel.etablissement", TOUS, "Un établissement, ses sites et ses agréments.",
          reponse=schemas.Etablissement),
    Route("POST", "/etablissements", "referentiel.creer_etablissement", _AUTORITES, "Crée un établissement.",
          corps=schemas.NouvelEtablissement, reponse=schemas.Etablissement, statut=201),
    Route("PATCH", _ETABLISSEMENT, "referentiel.modifier_etablissement", TOUS,
          "Modifie un établissement ; un centre ne modifie que son bloc identité.",
          corps=schemas.ModificationEtablissement, partiel=True, reponse=schemas.Etablissement),
    Route("GET", f"{_ETABLISSEMENT}/traces", "referentiel.traces_etablissement", TOUS,
          "Ce qui a été fait sur un établissement et ses sites.", filtres=Page, reponse=page_de(Trace)),
    Route("GET", f"{_ETABLISSEMENT}/agrements", "referentiel.lister_agrements", TOUS,
          "Les agréments d'un établissement.",
          filtres=schemas.FiltresAgrements, reponse=page_de(schemas.Agrement)),
    Route("POST", f"{_ETABLISSEMENT}/agrements", "referentiel.creer_agrement", _AUTORITES, "Accorde un agrément.",
          corps=schemas.NouvelAgrement, reponse=schemas.Agrement, statut=201),
    Route("GET", "/agrements/export", "referentiel.page_export_agrements", TOUS, "Le fichier des agréments.",
          filtres=schemas.ExportAgrements, export=True),
    Route("GET", "/agrements", "referentiel.lister_agrements", TOUS, "Les agréments du périmètre.",
          filtres=schemas.FiltresAgrements, reponse=page_de(schemas.Agrement)),
    Route("GET", _AGREMENT, "referentiel.agrement", TOUS, "Un agrément.", reponse=schemas.Agrement),
    Route("PATCH", _AGREMENT, "referentiel.modifier_agrement", _AUTORITES, "Modifie un agrément.",
          corps=schemas.ModificationAgrement, partiel=True, reponse=schemas.Agrement),
    Route("GET", f"{_AGREMENT}/incidences", "referentiel.incidences_agrement", TOUS,
          "Les sessions à venir qui s'appuient sur un agrément, leurs candidats et leurs jurés.",
          reponse=schemas.Incidences),
    Route("POST", f"{_AGREMENT}/suspension", "referentiel.suspendre_agrement", _AUTORITES, "Suspend un agrément.",
          corps=schemas.ActeAgrement, reponse=schemas.Agrement),
    Route("POST", f"{_AGREMENT}/retrait", "referentiel.retirer_agrement", _AUTORITES, "Retire un agrément.",
          corps=schemas.ActeAgrement, reponse=schemas.Agrement),
    Route("POST", f"{_AGREMENT}/retablissement", "referentiel.retablir_agrement", _AUTORITES,
          "Rétablit un agrément suspendu.", corps=schemas.ActeAgrement, reponse=schemas.Agrement),
    Route("GET", f"{_AGREMENT}/traces", "referentiel.traces_agrement", TOUS, "Ce qui a été fait sur un agrément.",
          filtres=Page, reponse=page_de(Trace)),
    Route("GET", f"{_ETABLISSEMENT}/controles", "referentiel.lister_controles", TOUS,
          "Les contrôles d'un établissement.", filtres=Page, reponse=page_de(schemas.Controle)),
    Route("POST", f"{_ETABLISSEMENT}/controles", "referentiel.creer_controle", AGENTS, "Enregistre un contrôle.",
          corps=schemas.NouveauControle, reponse=schemas.Controle, statut=201),
    Route("GET", _CONTROLE, "referentiel.controle", TOUS, "Un contrôle et ses suites.", reponse=schemas.Controle),
    Route("PATCH", _CONTROLE, "referentiel.modifier_controle", AGENTS, "Corrige un contrôle.",
          corps=schemas.ModificationControle, partiel=True, reponse=schemas.Controle),
    Route("POST", f"{_CONTROLE}/suites", "referentiel.donner_suite", AGENTS,
          "Donne une suite à un contrôle ; une échéance est rappelée à sa venue.",
          corps=schemas.NouvelleSuite, reponse=schemas.Controle, statut=201),
    Route("GET", f"{_CONTROLE}/traces", "referentiel.traces_controle", TOUS, "Ce qui a été fait sur un contrôle.",
          filtres=Page, reponse=page_de(Trace)),
    Route("GET", "/communes", "referentiel.lister_communes", TOUS, "Les communes d'hier et d'aujourd'hui.",
          filtres=schemas.FiltresCommunes, reponse=page_de(schemas.Commune)),
    Route("GET", "/pays", "referentiel.lister_pays", TOUS, "Les pays.",
          filtres=Page, reponse=page_de(schemas.Pays)),
    Route("GET", "/departements", "referentiel.lister_departements", TOUS, "Les départements et leurs régions.",
          filtres=Page, reponse=page_de(schemas.Departement)),
)  # fmt: skip
"""The routes of this resource."""
