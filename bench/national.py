"""CERES with a national data set: a private system filled once, then copied for each run.

`python -m bench.national [ÉCHELLE]` starts it and says where it is, until Ctrl-C; a bench does the same by

    with pile_nationale() as nation:
        httpx.get(f"{nation.url}/api/v1/jures", headers=nation.entetes("national-demo"))

The accounts are the demo's (`national-demo`, `direccte-demo`, `ud-demo`, `centre-demo`, `centre-autre-demo`,
`multi-demo`), password `demo`. The first run draws and copies the data, some minutes; it is kept under `.ceres/banc/`
(or the folder that `CERES_BANC` names), and the next ones start in seconds. Each works on a copy of its own, gone at
its end: a bench may write.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg

from bench.charge import entetes
from bench.donnees.monde import Tailles, dessiner
from bench.donnees.remplissage import remplir
from commun import clock
from local.console import Progres
from local.pile import RACINE, Pile
from local.postgres import dossier_prive

_MODELES = Path(os.environ.get("CERES_BANC") or RACINE / ".ceres/banc")
_PLEIN = "plein"


@dataclass
class Nation:
    """A running CERES that holds a country."""

    pile: Pile
    jour: date
    """The day on which the data was drawn."""
    _entetes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.pile.url

    def entetes(self, identifiant: str) -> dict[str, str]:
        """Returns the headers that sign an account's requests."""
        if identifiant not in self._entetes:
            self._entetes[identifiant] = entetes(self.url, identifiant)
        return self._entetes[identifiant]

    def base(self, service: str) -> str:
        """Returns the address of a service's database, as its owner."""
        return self.pile.bases[service].url_proprietaire


@contextmanager
def pile_nationale(
    echelle: float = 1.0,
    dire: Callable[[str], None] | None = None,
    *,
    tailles: Tailles | None = None,
    jour: date | None = None,
) -> Iterator[Nation]:
    """Starts a private CERES that holds a country of this size; stops it and removes its data at the end.

    Args:
        tailles: how much of each thing, before `echelle`.
        jour: as the country stands on that day; today unless said.
    """
    dire = dire or Progres()
    for nom in ("DATABASE_URL", "AMQP_URL"):
        os.environ.pop(nom, None)  # servers of our own, whatever the environment names
    tailles = (tailles or Tailles()).reduites(echelle) if echelle != 1.0 else tailles or Tailles()
    modele = _modele(tailles, jour or clock.jour(), dire)
    with dossier_prive("ceres-banc-") as dossier:
        dire("Copie des données…")
        _copier(modele, dossier)
        pile = Pile(dossier, dire=dire)
        try:
            pile.preparer()
            _ranger(pile)
            pile.demarrer()
            yield Nation(pile, date.fromisoformat((modele / _PLEIN).read_text()))
        finally:
            pile.arreter()


def _ranger(pile: Pile) -> None:
    """Tidies behind the revisions that rewrote rows, as PostgreSQL would by itself within a minute."""
    for base in pile.bases.values():
        with psycopg.connect(base.url_proprietaire, autocommit=True) as db:
            db.execute("VACUUM")


def _modele(tailles: Tailles, jour: date, dire: Callable[[str], None]) -> Path:
    """Returns the folder of a stopped system filled with this much data; makes it where it is not there."""
    _MODELES.mkdir(parents=True, exist_ok=True)
    with (_MODELES / "verrou").open("a") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)  # two benches may start at once
        modele = _MODELES / f"{tailles.sessions}-{_empreinte(tailles, jour)}"
        if not (modele / _PLEIN).exists():
            for ancien in _MODELES.glob(f"{tailles.sessions}-*"):
                shutil.rmtree(ancien)
            _faire(modele, tailles, jour, dire)
        return modele


def _faire(modele: Path, tailles: Tailles, jour: date, dire: Callable[[str], None]) -> None:
    with dossier_prive("ceres-banc-") as dossier:
        pile = Pile(dossier, dire=dire)
        try:
            pile.preparer()
            dire("Tirage des données…")
            monde = dessiner(tailles, jour)
            dire("Copie dans les bases, quelques minutes la première fois…")
            remplir(pile.bases, monde, dire)
        finally:
            pile.arreter()
        _copier(dossier, modele)
    (modele / _PLEIN).write_text(jour.isoformat())


def _empreinte(tailles: Tailles, jour: date) -> str:
    """Returns what tells one data set from another: its sizes, its month, the code that draws it.

    Tables that change since follow by their migrations, as real data does.
    """
    resume = hashlib.sha256(f"{tailles} {jour:%Y-%m}".encode())
    for source in sorted((RACINE / "bench/donnees").glob("*.py")):
        resume.update(source.read_bytes())
    return resume.hexdigest()[:16]


def _copier(depuis: Path, vers: Path) -> None:
    """Copies a stopped system's keys and databases, their owners kept."""
    vers.mkdir(parents=True, exist_ok=True)
    for partie in ("cles", "postgres"):
        source = (depuis / partie).resolve()
        subprocess.run(["cp", "-a", "--reflink=auto", "--no-target-directory", source, vers / partie], check=True)


def principal() -> int:
    """Serves until Ctrl-C; returns the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    echelle = float(sys.argv[1]) if sys.argv[1:] else 1.0
    try:
        with pile_nationale(echelle) as nation:
            print(f"\nCERES est prêt : {nation.url} (comptes de la démonstration, mot de passe : demo). Arrêt : Ctrl-C")
            signal.pause()
    except KeyboardInterrupt:
        print("Arrêt.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(principal())
