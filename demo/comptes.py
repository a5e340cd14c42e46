"""The demo's accounts. Those that act in a territory come first; a centre's needs its établissement to exist."""

from typing import Any

import commun.db  # noqa: F401 (before psycopg)
from commun.appel import Appel
from commun.referentiel import TypeProfil
from commun.territoires import REGIONS
from commun.unit_of_work import Acte
from gateway.commands.comptes import creer_compte

MOT_DE_PASSE = "demo"


def ud(departement: str) -> dict[str, Any]:
    """Returns the profil of an UD."""
    region = REGIONS[departement]
    return {"type": TypeProfil.UD, "libelle": f"UD {departement}", "departement": departement, "region": region}


def direccte(region: str) -> dict[str, Any]:
    """Returns the profil of a DIRECCTE."""
    return {"type": TypeProfil.DIRECCTE, "libelle": f"DIRECCTE {region}", "region": region}


def centre(etablissement: dict[str, Any]) -> dict[str, Any]:
    """Returns the profil of a centre."""
    return {
        "type": TypeProfil.CENTRE,
        "libelle": etablissement["denomination"],
        "etablissement_id": etablissement["id"],
        "departement": etablissement["departement"],
        "region": etablissement["region"],
    }


NATIONAL = {"type": TypeProfil.NATIONAL, "libelle": "Mission nationale"}


def creer(identifiant: str, nom: str, *roles: dict[str, Any]) -> None:
    """Creates a demo account with these profils, or adds those that it lacks."""
    acte = Acte("gateway", Appel("demo"), systeme=True)
    acte.faire(creer_compte, identifiant, nom, f"{identifiant}@exemple.fr", MOT_DE_PASSE, list(roles))


def creer_agents() -> None:
    """Creates the accounts of the State's services."""
    creer("national-demo", "Mission nationale (démonstration)", NATIONAL)
    creer("ud-demo", "Unité départementale de Paris (démonstration)", ud("75"))
    creer("direccte-demo", "DIRECCTE Île-de-France (démonstration)", direccte("11"))
    departements = [ud(code) for code in sorted(REGIONS) if len(code) <= 3 and code < "977"]
    regions = [direccte(code) for code in sorted(set(REGIONS.values())) if code < "97"]
    creer("multi-demo", "Agent à plusieurs profils (démonstration)", NATIONAL, *regions, *departements)
