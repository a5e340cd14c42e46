"""The territories that the demo loads: all the communes of France where npm can fetch them, else a few of them.

The list comes from the npm package below (code MIT, data Licence Ouverte), kept under `.ceres/` and never committed.
"""

import shutil
import subprocess
import tarfile
from pathlib import Path

from demo.donnees import DOSSIER

PAQUET = "@etalab/decoupage-administratif@6.0.0"
EXTRAIT = DOSSIER / "territoires"
"""Every région and département, the communes that the demo names, the main countries: the same files, shorter."""
_CACHE = DOSSIER.parent / ".ceres" / "decoupage-administratif"
_FICHIERS = ("regions.json", "departements.json", "communes.json")
_PATIENCE = 60


def dossier() -> Path:
    """Returns a folder of territories to import."""
    return _CACHE if _complet() or _telecharger() else EXTRAIT


def _complet() -> bool:
    return all((_CACHE / nom).is_file() for nom in _FICHIERS)


def _telecharger() -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    _CACHE.mkdir(parents=True, exist_ok=True)
    commande = [npm, "pack", PAQUET, "--silent", "--pack-destination", str(_CACHE)]
    try:
        subprocess.run(commande, check=True, capture_output=True, timeout=_PATIENCE, cwd=_CACHE)
        (archive,) = _CACHE.glob("*.tgz")
    except (subprocess.SubprocessError, OSError, ValueError):
        return False
    with tarfile.open(archive) as contenu:
        for nom in _FICHIERS:
            membre = contenu.extractfile(f"package/data/{nom}")
            if membre is None:
                return False
            (_CACHE / nom).write_bytes(membre.read())
    archive.unlink()
    return _complet()
