"""Candidates, files of candidates, demandes VAE."""

from marshmallow import fields

from commun.domain.referentiel import AGENTS, CENTRE, TOUS
from commun.schemas.forms import Page
from commun.schemas.sorties import Trace, page_de
from gateway.api.routes import Route
from services.candidats import schemas

_CANDIDAT = "/candidats/<candidat_id>"
_DEMANDE = "/demandes-vae/<demande_id>"
_ECRIVENT = CENTRE | AGENTS

ROUTES_API = (
    Route("GET", "/candidats", "candidats.lister", TOUS, "Les candidats du périmètre.",
          filtres=schemas.FiltresCandidats, reponse=page_de(schemas.Candidat)),
    Route("GET", "/candidats/export", "candidats.page_export", TOUS, "Le fichier des candidats de la liste.",
          filtres=schemas.ExportCandidats, export=True),
    Route("GET", _CANDIDAT, "candidats.fiche", TOUS, "Un candidat et ses acquis.", reponse=schemas.Candidat),
    Route("POST", "/candidats", "candidats.creer", CENTRE, "Crée un candidat.",
          corps=schemas.NouveauCandidat, reponse=schemas.Candidat, statut=201),
    Route("PATCH", _CANDIDAT, "candidats.modifier", _ECRIVENT, "Modifie ce qui est donné d'un candidat.",
          corps=schemas.ModificationCandidat, partiel=True, reponse=schemas.Candidat),
    Route("POST", "/candidats/rattachement", "candidats.rattacher", CENTRE,
          "Rattache un candidat connu ailleurs, par son identité exacte et complète.",
          corps=schemas.Rattachement, reponse=schemas.Candidat),
    Route("POST", "/candidats/import", "candidats.importer", CENTRE,
          "Importe un fichier de candidats (xlsx, ods, csv), tout ou rien ; à l'essai, dit ce qui serait fait.",
          corps=schemas.Import, reponse=schemas.BilanImport, multipart=True,
          taille=schemas.FICHIER_MAX, delai=40),
    Route("GET", "/imports/<import_id>/fichier", "candidats.fichier_import", CENTRE,
          "Le fichier importé, annoté ligne par ligne.", fichier=True),
    Route("GET", f"{_CANDIDAT}/bandeau", "candidats.bandeau", TOUS,
          "L'identité, la commune de naissance et les inscriptions en cours.", reponse=schemas.Bandeau),
    Route("GET", f"{_CANDIDAT}/doublons", "candidats.doublons", TOUS,
          "Les doublons possibles d'un candidat ; « ailleurs » : s'il y en a hors du périmètre, à qui fusionne.",
          filtres=Page, reponse=page_de(schemas.Candidat, ailleurs=fields.Boolean(required=True))),
    Route("POST", f"{_CANDIDAT}/fusion", "candidats.fusionner", AGENTS, "Fusionne un candidat dans celui-ci.",
          corps=schemas.Fusion, reponse=schemas.Candidat),
    Route("GET", f"{_CANDIDAT}/traces", "candidats.traces", TOUS, "Ce qui a été fait sur un candidat.",
          filtres=Page, reponse=page_de(Trace)),
    Route("GET", f"{_CANDIDAT}/demandes-vae", "candidats.demandes_vae_du_candidat", TOUS,
          "Les demandes VAE d'un candidat.", filtres=Page, reponse=page_de(schemas.DemandeVae)),
    Route("POST", f"{_CANDIDAT}/demandes-vae", "candidats.deposer_demande_vae", _ECRIVENT, "Dépose une demande VAE.",
          corps=schemas.NouvelleDemandeVae, reponse=schemas.DemandeVae, statut=201),
    Route("GET", "/demandes-vae", "candidats.lister_demandes_vae", TOUS, "Les demandes VAE du périmètre.",
          filtres=schemas.FiltresDemandesVae, reponse=page_de(schemas.DemandeVae)),
    Route("GET", _DEMANDE, "candidats.demande_vae", TOUS, "Une demande VAE.", reponse=schemas.DemandeVae),
    Route("POST", f"{_DEMANDE}/decision", "candidats.decider_demande_vae", AGENTS,
          "Déclare une demande VAE recevable ou non recevable.", corps=schemas.DecisionVae, reponse=schemas.DemandeVae),
    Route("POST", f"{_DEMANDE}/retrait", "candidats.retirer_demande_vae", _ECRIVENT, "Retire une demande VAE déposée.",
          corps=schemas.RetraitVae, reponse=schemas.DemandeVae),
    Route("GET", f"{_DEMANDE}/traces", "candidats.traces_demande_vae", TOUS, "Ce qui a été fait sur une demande VAE.",
          filtres=Page, reponse=page_de(Trace)),
)  # fmt: skip
