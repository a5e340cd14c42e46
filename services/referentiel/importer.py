"""Brings reference files into the référentiel: `python -m services.referentiel.importer <genre> <chemin>`.

Each file is read whole, what it holds is said, what it refuses is said and why; then one transaction takes what was
kept. Run again, it changes nothing.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commun.appel import Appel
from commun.db import nouvel_id
from commun.unit_of_work import Acte
from services.referentiel.commands import imports
from services.referentiel.domain.model import Ccs
from services.referentiel.importers import catalogue, centres, nomenclatures, rncp, territories
from services.referentiel.importers.report import Rapport
from services.referentiel.importers.titres import Ligne
from services.referentiel.storage.titres import get_titres

SERVICE = "referentiel"


def importer(genre: str, chemin: Path, dire: Callable[[str], Any] = print) -> None:
    """Imports what `chemin` holds. `genre` is a key of `GENRES`."""
    GENRES[genre](chemin, dire)


def _faire(commande: Callable[..., Any], *arguments: Any) -> Any:
    return Acte(SERVICE, Appel(f"import-{nouvel_id()}"), systeme=True).faire(commande, *arguments)


def _prendre(rapport: Rapport[Any], dire: Callable[[str], Any], commande: Callable[..., Any]) -> None:
    dire(rapport.resume())
    dire(f"  → {imports.bilan_en_clair(_faire(commande, rapport.lignes))}")


def _rncp(chemin: Path, dire: Callable[[str], Any]) -> None:
    _prendre(rncp.lire_export(chemin), dire, imports.importer_catalogue)


def _catalogue(dossier: Path, dire: Callable[[str], Any]) -> None:
    """Imports a consolidated catalogue: whichever of its files are there."""
    lus, parts, complements = dossier / "titres_2021.csv", dossier / "ccp_2021.csv", dossier / "ccs.json"
    if (fichier := dossier / "titres.json").is_file():
        _prendre(catalogue.lire_titres_json(fichier.read_bytes()), dire, imports.importer_catalogue)
    if lus.is_file() and parts.is_file():
        rapport = catalogue.lire_titres_csv(lus.read_bytes(), parts.read_bytes())
        _prendre(rapport, dire, imports.importer_catalogue)
    if complements.is_file():
        connus = Acte(SERVICE, Appel("import"), systeme=True).lire(_catalogue_connu)
        _prendre(catalogue.lire_ccs_json(complements.read_bytes(), connus), dire, imports.importer_catalogue)


def _catalogue_connu(acte: Acte) -> list[Ligne]:
    connus: list[Ligne] = []
    for titre, _ in get_titres(acte.db).values():
        connus += [titre, *(Ccs(c.code, c.intitule, frozenset({titre.code})) for c in titre.ccs)]
    return connus


def _territoires(dossier: Path, dire: Callable[[str], Any]) -> None:
    """Imports the régions, départements and communes of a folder, and its countries where it has some."""
    regions = territories.lire_regions((dossier / "regions.json").read_bytes())
    departements = territories.lire_departements((dossier / "departements.json").read_bytes())
    codes = frozenset(departement.code for departement in departements.lignes)
    communes = territories.lire_communes((dossier / "communes.json").read_bytes(), codes)
    for rapport in (regions, departements, communes):
        dire(rapport.resume())
    n = _faire(imports.importer_territoires, regions.lignes, departements.lignes, communes.lignes)
    dire(f"  → {imports.bilan_en_clair(n)}")
    if (fichier := dossier / "pays.csv").is_file():
        _pays(fichier, dire)


def _pays(fichier: Path, dire: Callable[[str], Any]) -> None:
    _prendre(territories.lire_pays(fichier.read_bytes()), dire, imports.importer_pays)


def _rome(fichier: Path, dire: Callable[[str], Any]) -> None:
    _prendre(nomenclatures.lire_rome(fichier.read_bytes()), dire, imports.importer_metiers)


def _services(fichier: Path, dire: Callable[[str], Any]) -> None:
    _prendre(nomenclatures.lire_services(fichier.read_bytes()), dire, imports.importer_services)


def _centres(fichier: Path, dire: Callable[[str], Any]) -> None:
    _prendre(centres.lire_centres(fichier.read_bytes()), dire, imports.importer_centres)


GENRES: dict[str, Callable[[Path, Callable[[str], Any]], None]] = {
    "rncp": _rncp,
    "catalogue": _catalogue,
    "territoires": _territoires,
    "pays": _pays,
    "rome": _rome,
    "services": _services,
    "centres": _centres,
}


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in GENRES:
        raise SystemExit(f"Usage : python -m services.referentiel.importer {{{'|'.join(GENRES)}}} CHEMIN")
    importer(sys.argv[1], Path(sys.argv[2]))
