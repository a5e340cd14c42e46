"""The small nomenclatures: métiers (ROME), services of the State."""

from dataclasses import dataclass

from commun.domain.territoires import REGIONS, region_du
from commun.schemas.champs import ROME
from services.referentiel.importers.lecture import lire_lignes
from services.referentiel.importers.rapport import Rapport

NIVEAUX_DE_SERVICE = {"region": "DIRECCTE", "departement": "UD"}


@dataclass(frozen=True)
class Metier:
    """A métier of the ROME: its code and what it is."""

    code: str
    libelle: str


@dataclass(frozen=True)
class Service:
    """A service of the State: an UD for a département, a DIRECCTE for a région, under its name of the day."""

    code: str
    type: str
    nom: str
    region: str
    departement: str | None


def lire_rome(contenu: bytes) -> Rapport[Metier]:
    """Returns the métiers of a `rome.csv`."""
    rapport: Rapport[Metier] = Rapport("rome.csv")
    for n, r in lire_lignes(contenu, rapport, ("code", "libelle")):
        if not ROME.est_celle_de(r["code"]):
            rapport.refuser(n, "code", r["code"], "code mal formé")
        elif not r["libelle"]:
            rapport.refuser(n, "libelle", r["code"], "libellé absent")
        elif rapport.est_la_premiere(n, "code", r["code"]):
            rapport.lignes.append(Metier(r["code"], r["libelle"]))
    return rapport


def lire_services(contenu: bytes) -> Rapport[Service]:
    """Returns the services of a `services.csv`, under the names that they had when CERES was made (2019)."""
    rapport: Rapport[Service] = Rapport("services.csv")
    for n, r in lire_lignes(contenu, rapport, ("code", "niveau", "region", "departement", "nom_2019")):
        genre = NIVEAUX_DE_SERVICE.get(r["niveau"])
        region, departement = (_a_deux_chiffres(r[colonne]) for colonne in ("region", "departement"))
        if genre is None:
            rapport.refuser(n, "niveau", r["niveau"], "niveau de service inconnu")
        elif not region or (genre == "UD") != bool(departement):
            rapport.refuser(n, "departement", r["code"], "territoire du service incomplet")
        elif region not in REGIONS.values() or (departement and region_du(departement) != region):
            rapport.refuser(n, "region", f"{region} {departement}".strip(), "territoire du service inconnu")
        elif rapport.est_la_premiere(n, "code", r["code"]):
            rapport.lignes.append(Service(r["code"], genre, r["nom_2019"], region, departement or None))
    return rapport


def _a_deux_chiffres(code: str) -> str:
    """Returns the code of a région or of a département with the zero that a spreadsheet dropped."""
    return code.zfill(2) if code else ""
