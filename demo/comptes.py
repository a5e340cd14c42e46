"""The demo's accounts. Those that act in a territory come first; a centre's needs its établissement to exist."""

from datetime import date
from typing import Any

from argon2 import PasswordHasher

import commun.storage.db  # noqa: F401 (before psycopg)
from commun.actes.unit_of_work import Acte
from commun.domain.dates import jour_a
from commun.domain.referentiel import TypeProfil
from commun.domain.territoires import REGIONS
from commun.traces import audit
from gateway.commands.comptes import creer_compte
from gateway.storage.comptes import get_compte_par_identifiant
from gateway.storage.etablissements import nom_sur_place

MOT_DE_PASSE = "demo"
vite = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes a password that everybody knows, which is then verified in no time: verifying one that is to be slow to guess
takes a fifth of a second of processor, at each of the sign-ins of who loads the demo, or tries something on it."""
PREMIER, DERNIER = "national-demo", "centre-autre-demo"
"""The first account that a loading creates, and the last."""


def ud(departement: str) -> dict[str, Any]:
    """Returns the profil of an UD."""
    region = REGIONS[departement]
    return {"type": TypeProfil.UD, "libelle": f"UD {departement}", "departement": departement, "region": region}


def direccte(region: str) -> dict[str, Any]:
    """Returns the profil of a DIRECCTE."""
    return {"type": TypeProfil.DIRECCTE, "libelle": f"DIRECCTE {region}", "region": region}


def centre(etablissement: dict[str, Any]) -> dict[str, Any]:
    """Returns the profil of a centre."""
    commune, departement = etablissement["adresse"]["commune"], etablissement["departement"]
    return {
        "type": TypeProfil.CENTRE,
        "libelle": nom_sur_place(etablissement["denomination"], commune, departement),
        "etablissement_id": etablissement["id"],
        "departement": departement,
        "region": etablissement["region"],
    }


NATIONAL = {"type": TypeProfil.NATIONAL, "libelle": "Mission nationale"}


def creer(identifiant: str, nom: str, *roles: dict[str, Any]) -> None:
    """Creates a demo account with these profils, or adds those that it lacks."""
    acte = Acte.de_ceres("gateway", "demo")
    acte.faire(creer_compte, identifiant, nom, f"{identifiant}@exemple.fr", MOT_DE_PASSE, list(roles), vite.hash)


def cree_le(identifiant: str) -> date | None:
    """Returns the day when a demo account was created, None where it was not yet."""
    return Acte.de_ceres("gateway", "demo").lire(_cree_le, identifiant)


def _cree_le(acte: Acte, identifiant: str) -> date | None:
    compte = get_compte_par_identifiant(acte.db, identifiant)
    if compte is None:
        return None
    (premiere,) = audit.page(acte.db, "compte", compte["id"], {"tri": "instant", "par_page": "1"})["elements"]
    return jour_a(premiere["instant"])


def creer_agents() -> None:
    """Creates the accounts of the State's services."""
    creer(PREMIER, "Mission nationale (démonstration)", NATIONAL)
    creer("ud-demo", "Unité départementale de Paris (démonstration)", ud("75"))
    creer("direccte-demo", "DIRECCTE Île-de-France (démonstration)", direccte("11"))
    departements = [ud(code) for code in sorted(REGIONS) if len(code) <= 3 and code < "977"]
    regions = [direccte(code) for code in sorted(set(REGIONS.values())) if code < "97"]
    creer("multi-demo", "Agent à plusieurs profils (démonstration)", NATIONAL, *regions, *departements)
