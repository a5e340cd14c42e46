"""Accounts: tokens, one's own settings and work, and who administers them."""

from commun.domain.referentiel import TOUS
from commun.schemas.forms import AvecConfirmation, Page
from commun.schemas.sorties import Trace, page_de
from gateway import schemas
from gateway.api.routes import Route
from gateway.commands import compte, comptes, connexion, courriel, filtres, invitations, proconnect, renouvellements
from gateway.queries import compte as mien
from gateway.queries import comptes as lus
from gateway.queries import courriel as adresses
from gateway.queries import filtres as recherches
from gateway.queries import invitations as offres
from gateway.queries import renouvellements as oublis
from gateway.queries import taches
from services.notifications.schemas import Avis

_COMPTE = "/comptes/<compte_id>"
_OUBLI = "/mot-de-passe-oublie"
_ACCEPTATION = "/invitations/acceptation/<jeton>"
_AUTRE_LIEN = ("/api/v1/mot-de-passe-oublie", "Demander un autre lien")
_CONNEXION = (offres.CONNEXION["adresse"], offres.CONNEXION["libelle"])

ROUTES_API = (
    Route("POST", "/jetons", connexion.ouvrir_jeton, None, "Ouvre un jeton pour un profil.",
          corps=schemas.Connexion, reponse=schemas.Jeton, statut=201, source=True),
    Route("POST", "/jetons/revocation", connexion.revoquer_jetons, TOUS,
          "Met fin au jeton qui le demande ; avec `tous`, à tous les jetons et connexions du compte.",
          corps=schemas.Revocation),
    Route("GET", "/moi", mien.moi, TOUS, "Le compte, son profil courant et tous ses profils.", reponse=schemas.Moi),
    Route("PUT", "/moi/nom", compte.changer_nom, TOUS, "Corrige son nom.", corps=schemas.MonNom, reponse=schemas.Moi),
    Route("PUT", "/moi/mot-de-passe", compte.changer_mot_de_passe, TOUS, "Change son mot de passe.",
          corps=schemas.ChangementMotDePasse, sans_cle=True),
    Route("GET", "/moi/courriel", adresses.mon_courriel, TOUS, "Son adresse, et celle qui attend d'être confirmée.",
          reponse=schemas.MonCourriel),
    Route("POST", "/moi/courriel", courriel.demander, TOUS,
          "Demande à changer d'adresse : un lien part à la nouvelle, un avertissement à l'ancienne.",
          corps=schemas.ChangementCourriel, reponse=Avis, statut=202, sans_cle=True),
    Route("DELETE", "/moi/courriel", courriel.renoncer, TOUS,
          "Renonce à changer d'adresse : les liens envoyés ne valent plus."),
    Route("GET", "/moi/courriel/<jeton>", adresses.page_confirmation, TOUS, "Ce qu'un lien changera à son compte.",
          reponse=schemas.CourrielConfirme),
    Route("POST", "/moi/courriel/<jeton>", courriel.confirmer, TOUS, "Donne à son compte l'adresse d'où vient un lien.",
          corps=schemas.Vide, reponse=schemas.CourrielConfirme),
    Route("GET", "/moi/proconnect", mien.mon_proconnect, TOUS, "Si ProConnect ouvre son compte.",
          reponse=schemas.MonProConnect),
    Route("POST", "/moi/proconnect", proconnect.relier_le_mien, TOUS,
          "Relie son compte à l'identité ProConnect avec laquelle on revient de « Mon compte ».",
          corps=schemas.IdentiteARelier, reponse=schemas.MonProConnect, sans_cle=True),
    Route("DELETE", "/moi/proconnect", proconnect.delier_le_mien, TOUS,
          "Met fin au lien de son compte avec ProConnect, et à ses autres jetons et connexions."),
    Route("GET", _OUBLI, oublis.page_demande, None, "La page où l'on demande à remplacer un mot de passe perdu.",
          reponse=Avis, page=True),
    Route("POST", _OUBLI, renouvellements.demander, None,
          "Envoie un lien à cette adresse, si elle est celle d'un compte ; la réponse ne le dit pas.",
          corps=schemas.DemandeRenouvellement, reponse=Avis, statut=202, page=True, source=True),
    Route("GET", f"{_OUBLI}/<jeton>", oublis.page_choix, None, "Le compte dont un lien remplace le mot de passe.",
          reponse=schemas.Renouvellement, page=True, repli=_AUTRE_LIEN),
    Route("POST", f"{_OUBLI}/<jeton>", renouvellements.renouveler, None,
          "Remplace le mot de passe perdu, et met fin à tous les jetons et connexions du compte.",
          corps=schemas.NouveauMotDePasse, reponse=schemas.Renouvellement, page=True, repli=_AUTRE_LIEN, sans_cle=True),
    Route("GET", "/moi/preferences", mien.preferences, TOUS, "Ses préférences.", reponse=schemas.PreferencesReglees),
    Route("PUT", "/moi/preferences", compte.regler_preferences, TOUS, "Règle ses préférences.",
          corps=schemas.Preferences, reponse=schemas.PreferencesReglees),
    Route("GET", "/taches", taches.lister, TOUS, "Ce qui attend le profil, file par file.",
          filtres=Page, reponse=page_de(schemas.Tache)),
    Route("GET", "/filtres", recherches.lister, TOUS, "Ses filtres enregistrés.",
          filtres=schemas.ChoixFiltres, reponse=page_de(schemas.Filtre)),
    Route("POST", "/filtres", filtres.enregistrer, TOUS, "Enregistre un filtre d'une liste.",
          corps=schemas.NouveauFiltre, reponse=schemas.Filtre, statut=201),
    Route("DELETE", "/filtres/<filtre_id>", filtres.supprimer, TOUS, "Supprime un de ses filtres."),
    # -- administration
    Route("GET", "/comptes", lus.lister, TOUS, "Les comptes de son service.",
          filtres=schemas.FiltresComptes, reponse=page_de(schemas.Compte)),
    Route("GET", _COMPTE, lus.fiche, TOUS, "Un compte, et ses profils.", reponse=schemas.Compte),
    Route("GET", f"{_COMPTE}/traces", lus.traces, TOUS, "Ce qui a été fait sur un compte.",
          filtres=Page, reponse=page_de(Trace)),
    Route("POST", f"{_COMPTE}/desactivation", comptes.desactiver, TOUS, "Désactive un compte, aussitôt.",
          corps=AvecConfirmation, reponse=schemas.Compte),
    Route("POST", f"{_COMPTE}/reactivation", comptes.reactiver, TOUS, "Réactive un compte.",
          corps=AvecConfirmation, reponse=schemas.Compte),
    Route("POST", f"{_COMPTE}/profils", comptes.ajouter_profil, TOUS, "Donne un profil de plus à un compte.",
          corps=schemas.NouveauProfil, reponse=schemas.Compte, statut=201),
    Route("DELETE", f"{_COMPTE}/profils/<profil_id>", comptes.retirer_profil, TOUS,
          "Retire un profil à un compte, aussitôt.", reponse=schemas.Compte),
    Route("POST", f"{_COMPTE}/profils/<profil_id>/administration", comptes.faire_administrer, TOUS,
          "Fait administrer son service par un profil.", corps=AvecConfirmation, reponse=schemas.Compte),
    Route("DELETE", f"{_COMPTE}/profils/<profil_id>/administration", comptes.ne_plus_faire_administrer, TOUS,
          "Ne fait plus administrer son service par un profil, aussitôt.", reponse=schemas.Compte),
    Route("GET", "/invitations", offres.lister, TOUS, "Les invitations de son service.",
          filtres=schemas.FiltresInvitations, reponse=page_de(schemas.Invitation)),
    Route("POST", "/invitations", invitations.inviter, TOUS, "Invite quelqu'un à un profil, par courriel.",
          corps=schemas.NouvelleInvitation, reponse=schemas.Invitation, statut=201),
    Route("POST", "/invitations/<invitation_id>/renvoi", invitations.renvoyer, TOUS,
          "Renvoie une invitation ; le lien précédent ne vaut plus.",
          corps=schemas.Vide, reponse=schemas.Invitation),
    Route("POST", "/invitations/<invitation_id>/retrait", invitations.retirer, TOUS,
          "Retire une invitation : son lien ne vaut plus.", corps=schemas.Vide, reponse=schemas.Invitation),
    Route("GET", _ACCEPTATION, offres.page_acceptation, None, "Ce à quoi une invitation invite.",
          reponse=schemas.Offre, page=True, repli=_CONNEXION),
    Route("POST", _ACCEPTATION, invitations.accepter, None, "Accepte une invitation, et choisit son mot de passe.",
          corps=schemas.Acceptation, reponse=schemas.OffreAcceptee, page=True, repli=_CONNEXION),
)  # fmt: skip
