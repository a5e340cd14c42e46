"""Reads of the gateway's own data."""

from collections.abc import Sequence
from typing import Any

from commun.unit_of_work import Acte
from gateway.storage.comptes import get_compte, list_destinataires, list_profils

_VISIBLES = ("id", "type", "libelle", "etablissement_id", "departement", "region")


def moi(acte: Acte) -> dict[str, Any]:
    """Returns the account behind the token, with all its profils."""
    compte = get_compte(acte.db, acte.acteur.compte_id) or {}
    miens = list_profils(acte.db, acte.acteur.compte_id)
    return {
        "identifiant": compte["identifiant"],
        "nom": compte["nom"],
        "courriel": compte["courriel"],
        "profil": acte.acteur.profil_id,
        "profils": [{nom: p[nom] for nom in _VISIBLES if p[nom] is not None} for p in miens],
    }


def preferences(acte: Acte) -> dict[str, Any]:
    """Returns one's own preferences."""
    compte = get_compte(acte.db, acte.acteur.compte_id) or {}
    return {
        "profil_par_defaut": compte["profil_par_defaut"],
        "messages": compte["preferences"],
        "version": compte["version"],
    }


def destinataires(
    acte: Acte,
    comptes: Sequence[str] = (),
    etablissements: Sequence[str] = (),
    departements: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Returns whom to tell: active accounts by id, those of établissements, those of départements' units.

    Each is `{compte_id, courriel, preferences, etablissement_id, departement}`, once for each profil that is meant;
    asked for by its id, an account comes once, without a profil.
    """
    return list_destinataires(acte.db, comptes, etablissements, departements)
