"""The territories that the demo loads: all the communes of France where npm can fetch them, else a few of them.

The list comes from the npm package below (code MIT, data Licence Ouverte), kept under `.ceres/` and never committed.
"""

import shutil
import subprocess
import tarfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

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
    try:
        _CACHE.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=_CACHE) as dossier:  # a file that was cut in its midst never takes its name
            commande = [npm, "pack", PAQUET, "--silent", "--pack-destination", dossier]
            subprocess.run(commande, check=True, capture_output=True, timeout=_PATIENCE, cwd=dossier)
            (archive,) = Path(dossier).glob("*.tgz")
            with tarfile.open(archive) as contenu:
                for nom in _FICHIERS:
                    if (membre := contenu.extractfile(f"package/data/{nom}")) is None:
                        return False
                    (Path(dossier) / nom).write_bytes(membre.read())
            for nom in _FICHIERS:
                (Path(dossier) / nom).replace(_CACHE / nom)
    except (subprocess.SubprocessError, tarfile.TarError, zlib.error, OSError, ValueError, EOFError, KeyError):
        return False
    return True
