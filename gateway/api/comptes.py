"""Accounts: tokens, and one's own settings."""

from commun.referentiel import TOUS
from gateway import queries, schemas
from gateway.api.routes import Route
from gateway.commands import compte, connexion

ROUTES_API = (
    Route("POST", "/jetons", connexion.ouvrir_jeton, None, "Ouvre un jeton pour un profil.",
          corps=schemas.Connexion, reponse=schemas.Jeton, statut=201, source=True),
    Route("POST", "/jetons/revocation", connexion.revoquer_jetons, TOUS, "Met fin à tous les jetons du compte.",
          corps=schemas.Vide),
    Route("GET", "/moi", queries.moi, TOUS, "Le compte, son profil courant et tous ses profils.", reponse=schemas.Moi),
    Route("PUT", "/moi/mot-de-passe", compte.changer_mot_de_passe, TOUS, "Change son mot de passe.",
          corps=schemas.ChangementMotDePasse),
    Route("GET", "/moi/preferences", queries.preferences, TOUS, "Ses préférences.", reponse=schemas.PreferencesReglees),
    Route("PUT", "/moi/preferences", compte.regler_preferences, TOUS, "Règle ses préférences.",
          corps=schemas.Preferences, reponse=schemas.PreferencesReglees),
)  # fmt: skip
