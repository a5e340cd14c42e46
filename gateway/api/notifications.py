"""Warning messages, the mailing list, the releases."""

from commun.domain.referentiel import NATIONAL, TOUS
from commun.schemas.forms import AvecConfirmation, Page
from commun.schemas.sorties import Trace, page_de
from gateway.api.routes import Route
from services.notifications import schemas

_VERSION = "/versions/<numero>"
_DIFFUSION = f"{_VERSION}/diffusion"
_CONFIRMATION = "/abonnements/confirmation/<jeton>"
_INSCRIPTION = ("/api/v1/abonnements", "Demander une nouvelle inscription")
_ABONNE = "/abonnes/<abonne_id>"
_DESABONNEMENT = "/abonnements/desabonnement/<jeton>"

ROUTES_API = (
    Route("GET", "/messages", "notifications.lister_messages", TOUS, "Les messages du compte.",
          filtres=schemas.FiltresMessages, reponse=schemas.PageMessages),
    Route("GET", "/messages/flux", "notifications.flux_messages", TOUS, "Les messages du compte, à mesure.", flux=True,
          reperes="notifications.reperes_messages"),
    Route("POST", "/messages/<message_id>/lu", "notifications.lire_message", TOUS, "Marque un message comme lu.",
          reponse=schemas.Message),
    Route("POST", "/messages/lus", "notifications.lire_les_messages", TOUS,
          "Marque comme lus les messages du compte : tous, ou ceux qu'une recherche trouve.",
          corps=schemas.LectureMessages, reponse=schemas.MessagesLus),
    Route("GET", "/abonnements", "notifications.page_inscription", None, "La page d'inscription au mail CERES.",
          reponse=schemas.Avis, page=True),
    Route("POST", "/abonnements", "notifications.demander_abonnement", None, "Demande l'inscription d'une adresse.",
          corps=schemas.Abonnement, reponse=schemas.Avis, statut=202, page=True, source=True),
    Route("GET", _CONFIRMATION, "notifications.page_confirmation", None, "La page qui confirme une inscription.",
          reponse=schemas.AvisAbonne, page=True, repli=_INSCRIPTION),
    Route("POST", _CONFIRMATION, "notifications.confirmer_abonnement", None, "Confirme une inscription.",
          reponse=schemas.AvisAbonne, page=True, repli=_INSCRIPTION),
    Route("GET", _DESABONNEMENT, "notifications.page_desabonnement", None, "La page qui désabonne.",
          reponse=schemas.AvisAbonne, page=True),
    Route("POST", _DESABONNEMENT, "notifications.desabonner", None, "Désabonne, d'un clic (RFC 8058).",
          reponse=schemas.AvisAbonne, page=True),
    Route("GET", "/versions", "notifications.lister_versions", NATIONAL, "Les versions annoncées ou à annoncer.",
          filtres=schemas.FiltresVersions, reponse=page_de(schemas.VersionListe)),
    Route("POST", "/versions", "notifications.creer_version", NATIONAL, "Compose l'annonce d'une version.",
          corps=schemas.NouvelleVersion, reponse=schemas.Version, statut=201),
    Route("GET", _VERSION, "notifications.version", NATIONAL, "L'annonce d'une version.", reponse=schemas.Version),
    Route("PATCH", _VERSION, "notifications.modifier_version", NATIONAL, "Modifie l'annonce d'une version.",
          corps=schemas.ContenuVersion, partiel=True, reponse=schemas.Version),
    Route("GET", f"{_VERSION}/traces", "notifications.traces_version", NATIONAL, "Ce qui a été fait d'une version.",
          filtres=Page, reponse=page_de(Trace)),
    Route("GET", f"{_VERSION}/apercu", "notifications.apercu_version", NATIONAL, "Le message tel qu'il partira.",
          reponse=schemas.Apercu),
    Route("GET", f"{_VERSION}/publique", "notifications.version_publique", None, "La copie d'une annonce sur le web.",
          page=True),
    Route("POST", f"{_VERSION}/essai", "notifications.essayer_version", NATIONAL, "Envoie le message à soi-même.",
          corps=schemas.Diffuser, reponse=schemas.Essai, statut=202),
    Route("GET", _DIFFUSION, "notifications.diffusion", NATIONAL, "L'avancement d'une diffusion.",
          reponse=schemas.Diffusion),
    Route("POST", _DIFFUSION, "notifications.diffuser_version", NATIONAL, "Envoie une version à tous les abonnés.",
          corps=schemas.Diffuser, reponse=schemas.Diffusion, statut=202),
    Route("GET", f"{_DIFFUSION}/flux", "notifications.flux_diffusion", NATIONAL,
          "L'avancement d'une diffusion, à mesure.", flux=True, muette=True),
    Route("GET", f"{_DIFFUSION}/envois", "notifications.lister_envois", NATIONAL, "Les envois d'une diffusion.",
          filtres=schemas.FiltresEnvois, reponse=page_de(schemas.Envoi)),
    Route("POST", f"{_DIFFUSION}/arret", "notifications.arreter_diffusion", NATIONAL, "Arrête une diffusion.",
          corps=schemas.Diffuser, reponse=schemas.Diffusion),
    Route("POST", f"{_DIFFUSION}/reprise", "notifications.reprendre_diffusion", NATIONAL, "Reprend une diffusion.",
          corps=schemas.Reprendre, reponse=schemas.Diffusion),
    Route("GET", "/abonnes", "notifications.lister_abonnes", NATIONAL, "Les abonnés au mail CERES.",
          filtres=schemas.FiltresAbonnes, reponse=page_de(schemas.Abonne)),
    Route("POST", "/abonnes/import", "notifications.importer_abonnes", NATIONAL,
          "Importe un fichier d'adresses (xlsx, ods, csv), tout ou rien ; à l'essai, dit ce qui serait fait.",
          corps=schemas.ImportAbonnes, reponse=schemas.ResultatImport, multipart=True,
          taille=schemas.FICHIER_MAX, delai=40),
    Route("GET", "/abonnes/export", "notifications.exporter_abonnes", NATIONAL, "Exporte les abonnés (CSV).",
          filtres=schemas.FiltresExport, fichier=True),
    Route("GET", _ABONNE, "notifications.abonne", NATIONAL, "Un abonné.", reponse=schemas.Abonne),
    Route("POST", f"{_ABONNE}/desabonnement", "notifications.desabonner_abonne", NATIONAL,
          "Désabonne une adresse : son titulaire l'a demandé, ou elle n'existe plus.",
          corps=AvecConfirmation, reponse=schemas.Abonne),
)  # fmt: skip
