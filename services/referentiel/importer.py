"""Brings reference files into the référentiel: `python -m services.referentiel.importer [--essai] <genre> <chemin>`.

Each file is read whole, what it holds is said, what it refuses is said and why; then one transaction takes what was
kept. Run again, it changes nothing. Tried (`--essai`), it says all that and takes nothing: an older catalogue ends
titres, and with them sessions.
"""

import errno
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import Refus
from commun.storage.db import nouvel_id
from commun.storage.migrations import SansSaBase, exiger_sa_base
from services.referentiel.commands import imports
from services.referentiel.domain.model import Ccs
from services.referentiel.importers import catalogue, centres, nomenclatures, rncp, territoires
from services.referentiel.importers.rapport import Rapport
from services.referentiel.importers.titres import Ligne
from services.referentiel.storage.titres import get_titres

SERVICE = "referentiel"

Dire = Callable[[str], Any]
Faire = Callable[..., Any]
"""Runs a command of these arguments, for good or to see; returns what it returned."""
Importer = Callable[[Path, Dire, Faire], int]
_ESSAI = "--essai"


def importer(genre: str, chemin: Path, dire: Dire = print, *, essai: bool = False) -> int:
    """Imports what `chemin` holds; returns how many rows were kept. `genre` is a key of `GENRES`; `essai`: says it, and
    takes nothing."""
    if essai:
        dire("Essai : rien n'est importé.")

    def faire(commande: Callable[..., Any], *arguments: Any) -> Any:
        acte = Acte.de_ceres(SERVICE, f"import-{nouvel_id()}")
        return (acte.essayer if essai else acte.faire)(commande, *arguments)

    return GENRES[genre](chemin, dire, faire)


def _prendre(rapport: Rapport[Any], dire: Dire, faire: Faire, commande: Callable[..., Any]) -> int:
    dire(rapport.resume())
    dire(f"  → {imports.bilan_en_clair(faire(commande, rapport.lignes))}")
    return len(rapport.lignes)


def _rncp(chemin: Path, dire: Dire, faire: Faire) -> int:
    return _prendre(rncp.lire_export(chemin), dire, faire, imports.importer_catalogue)


def _catalogue(dossier: Path, dire: Dire, faire: Faire) -> int:
    """Imports a consolidated catalogue, whichever of its files are there; where two disagree, the later is right."""
    lus: dict[str, Ligne] = {}
    titres, blocs, tous = dossier / "titres_2021.csv", dossier / "ccp_2021.csv", dossier / "titres.json"
    rapports: list[Rapport[Ligne]] = []
    if titres.is_file() and blocs.is_file():
        rapports.append(catalogue.lire_titres_csv(titres.read_bytes(), blocs.read_bytes()))
    if tous.is_file():
        rapports.append(catalogue.lire_titres_json(tous.read_bytes()))
    for rapport in rapports:
        dire(rapport.resume())
        lus |= {ligne.code if isinstance(ligne, Ccs) else ligne.code_rncp: ligne for ligne in rapport.lignes}
    lignes, complements = list(lus.values()), dossier / "ccs.json"
    if not (rapports or complements.is_file()):
        dire(f"« {dossier} » n'a ni titres_2021.csv avec ccp_2021.csv, ni titres.json, ni ccs.json.")
        return 0
    if complements.is_file():
        connus = Acte.de_ceres(SERVICE, "import").lire(_catalogue_connu)
        ccs = catalogue.lire_ccs_json(complements.read_bytes(), [*connus, *lignes])
        dire(ccs.resume())
        lignes += ccs.lignes
    dire(f"  → titres : {imports.bilan_en_clair(faire(imports.importer_catalogue, lignes))}")
    return len(lignes)


def _catalogue_connu(acte: Acte) -> list[Ligne]:
    connus: list[Ligne] = []
    for titre, _ in get_titres(acte.db).values():
        connus += [titre, *(Ccs(c.code, c.intitule, frozenset({titre.code})) for c in titre.ccs)]
    return connus


def _territoires(dossier: Path, dire: Dire, faire: Faire) -> int:
    """Imports the régions, départements and communes of a folder, and its countries where it has some."""
    regions = territoires.lire_regions((dossier / "regions.json").read_bytes())
    connues = frozenset(region.code for region in regions.lignes)
    departements = territoires.lire_departements((dossier / "departements.json").read_bytes(), connues)
    connus = frozenset(departement.code for departement in departements.lignes)
    communes = territoires.lire_communes((dossier / "communes.json").read_bytes(), connus)
    for rapport in (regions, departements, communes):
        dire(rapport.resume())
    n = faire(imports.importer_territoires, regions.lignes, departements.lignes, communes.lignes)
    dire(f"  → {imports.bilan_en_clair(n)}")
    fichier = dossier / "pays.csv"
    return int(n) + (GENRES["pays"](fichier, dire, faire) if fichier.is_file() else 0)


def _un_fichier(lire: Callable[[bytes], Rapport[Any]], commande: Callable[..., Any]) -> Importer:
    """Returns what imports one file, which is told of by the name that it has, be it that of a spreadsheet."""

    def importer_fichier(fichier: Path, dire: Dire, faire: Faire) -> int:
        return _prendre(replace(lire(fichier.read_bytes()), source=fichier.name), dire, faire, commande)

    return importer_fichier


GENRES: dict[str, Importer] = {
    "rncp": _rncp,
    "catalogue": _catalogue,
    "territoires": _territoires,
    "pays": _un_fichier(territoires.lire_pays, imports.importer_pays),
    "rome": _un_fichier(nomenclatures.lire_rome, imports.importer_metiers),
    "services": _un_fichier(nomenclatures.lire_services, imports.importer_services),
    "centres": _un_fichier(centres.lire_centres, imports.importer_centres),
}


_USAGE = f"Usage : python -m services.referentiel.importer [{_ESSAI}] {{{'|'.join(GENRES)}}} CHEMIN"
_SANS_LECTEUR = (errno.ENOSPC, errno.EPIPE)
"""How what is said goes nowhere: to a full disk, to who reads no more (`| head`)."""
_INECRIT = (
    "Ce que dit l'import n'a pas pu être écrit : le disque est plein, ou personne ne le lit plus. "
    "Relancez la commande : un fichier qui est déjà entré ne change plus rien."
)


def principal(arguments: list[str]) -> int | str:
    """Returns how the process ends: 0 where rows were kept, else 1, or why nothing was read or taken."""
    if "--help" in arguments:
        sys.stdout.write(f"{_USAGE}\n")
        return 0
    essai = _ESSAI in arguments
    demandes = [argument for argument in arguments if argument != _ESSAI]
    if len(demandes) != 2 or demandes[0] not in GENRES:
        return _USAGE
    genre, chemin = demandes
    config().exiger_base(SERVICE)
    try:
        exiger_sa_base(SERVICE, config().variable_de(SERVICE))  # said before a file is read
        return 0 if importer(genre, Path(chemin), essai=essai) else 1
    except SansSaBase as panne:
        return str(panne)
    except OSError as panne:
        if panne.errno in _SANS_LECTEUR:
            return _INECRIT
        return f"« {panne.filename} » est introuvable ou ne peut pas être lu."
    except Refus as refus:
        return refus.detail
    except BadZipFile:
        return f"« {chemin} » n'est ni un dossier, ni un zip de fichiers csv."
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrompu. Un fichier entre en entier, ou pas du tout : relancez la commande.\n")
        return 128 + signal.SIGINT  # as shells say it


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
