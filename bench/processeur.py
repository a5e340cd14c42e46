"""What processes take of the machine: processor and memory, read from /proc."""

import os
from pathlib import Path

_TIC = os.sysconf("SC_CLK_TCK")


def descendance(pid: int) -> list[int]:
    """Returns a process and all those below it."""
    tous: dict[int, list[int]] = {}
    pids = [pid]
    for dossier in Path("/proc").iterdir():
        if dossier.name.isdecimal() and (champs := _stat(int(dossier.name))):
            tous.setdefault(int(champs[1]), []).append(int(dossier.name))
    for trouve in pids:
        pids += tous.get(trouve, [])
    return pids


def consomme(pid: int) -> float:
    """Returns the seconds of processor that a process, those below it and its dead children have taken."""
    champs = [c for c in map(_stat, descendance(pid)) if c]
    return sum(sum(map(int, c[11:15])) for c in champs) / _TIC


def memoire(pid: int, quoi: str = "Pss") -> float:
    """Returns the MB that a process and those below it hold: Rss, or Pss (what is shared is divided)."""
    total = 0
    for chaque in descendance(pid):
        try:
            lignes = Path(f"/proc/{chaque}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(ligne.split()[1]) for ligne in lignes if ligne.startswith(f"{quoi}:"))
    return total / 1024


def pointe(pid: int) -> int:
    """Returns the most MB that a process alone has held, since it started or since its `clear_refs`."""
    lignes = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmHWM")) // 1024


def _stat(pid: int) -> list[str]:
    """Returns the fields of its `stat` after its name: state, parent's pid, …; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []
