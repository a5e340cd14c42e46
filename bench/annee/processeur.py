"""Where the processor's time goes, from /proc: each process of the system with its children, and ourselves."""

import os
from pathlib import Path

from local.pile import Pile

_TIC = os.sysconf("SC_CLK_TCK")
NOUS = "clients (le banc)"


def secondes(pile: Pile) -> dict[str, float]:
    """Returns the processor's seconds that each process has used so far, those of its children that ended included."""
    enfants = _enfants()
    par_nom: dict[str, float] = {}
    for processus in pile.processus:
        par_nom[processus.nom] = par_nom.get(processus.nom, 0.0) + _arbre(processus.pid, enfants)
    return par_nom | {NOUS: _de(os.getpid(), finis=False)}


def memoire(pile: Pile) -> dict[str, float]:
    """Returns the resident memory of each process, in MB; that of PostgreSQL's own children is shared, and left out."""
    lues = {}
    for processus in pile.processus:
        lignes = Path(f"/proc/{processus.pid}/status").read_text().splitlines()
        lues[processus.nom] = next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmRSS")) / 1024
    return lues


def _arbre(pid: int, enfants: dict[int, list[int]]) -> float:
    return _de(pid) + sum(_arbre(fils, enfants) for fils in enfants.get(pid, ()))


def _de(pid: int, *, finis: bool = True) -> float:
    try:
        champs = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended: its parent has its time
        return 0.0
    return sum(int(tics) for tics in champs[11 : 15 if finis else 13]) / _TIC


def _enfants() -> dict[int, list[int]]:
    trouves: dict[int, list[int]] = {}
    for dossier in Path("/proc").iterdir():
        if dossier.name.isdecimal():
            try:
                parent = int((dossier / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            trouves.setdefault(parent, []).append(int(dossier.name))
    return trouves
