"""A file that somebody sends, read where it can hinder nobody: a workbook that is large once unfolded has a process of
its own, with a processor's time and a memory that end.

A few kilobytes unfold into hundreds of megabytes of tags, and what a library makes of them holds more: no count made
beforehand bounds it. A thread cannot be stopped, and shares its process's one lock with all the calls.
"""

import resource
import sys
import zipfile
from dataclasses import asdict
from datetime import date
from io import BytesIO
from pathlib import Path

import orjson
from eventlet import patcher

from commun.lecture.classeur import TROP_VOLUMINEUX, Illisible
from commun.lecture.tableau import DEPLOYE_MAX, Tableau, lire_tableau

_ICI_MAX = 2_000_000
"""Bytes of an unfolded workbook that are read at once: the time of a new process is then longer than theirs."""
_SECONDES, _OCTETS = 20, 400_000_000
"""What the process may use: of the processor, of memory."""
_RACINE = Path(__file__).resolve().parents[2]

os = patcher.original("os")
"""Unpatched: called from a thread beside eventlet's loop, where waiting holds nobody."""


def lire_recu(contenu: bytes, *, lignes_max: int, colonnes_max: int | None = None) -> Tableau:
    """Returns what `lire_tableau` does. It takes time: to be called on a thread of its own.

    Raises:
        Illisible: as `lire_tableau`; or it takes more than a file of so many rows is worth.
    """
    if not se_lit_a_part(contenu):
        return lire_tableau(contenu, lignes_max=lignes_max, colonnes_max=colonnes_max)
    entree, sortie = os.memfd_create("recu"), os.memfd_create("tableau")
    try:
        os.write(entree, contenu)
        os.lseek(entree, 0, os.SEEK_SET)
        if _lire_a_part(entree, sortie, _SECONDES, _OCTETS, lignes_max, colonnes_max):
            raise Illisible(TROP_VOLUMINEUX)
        lu = orjson.loads(os.pread(sortie, os.fstat(sortie).st_size, 0))
    finally:
        os.close(entree)
        os.close(sortie)
    if phrase := lu.get("illisible"):
        raise Illisible(phrase)
    origine = date.fromisoformat(lu["origine"]) if lu["origine"] else None
    lignes = [(n, cellules) for n, cellules in lu["lignes"]]
    return Tableau(lignes, lu["nom"], tuple(lu["autres"]), origine, frozenset(lu["masquees"]))


def se_lit_a_part(contenu: bytes) -> bool:
    """Returns whether a file has a process of its own, with all that it may use: a few kilobytes may be enough."""
    return _ICI_MAX < _deploye(contenu) <= DEPLOYE_MAX


def _deploye(contenu: bytes) -> int:
    """Returns how many bytes a workbook holds once unfolded; none for what is none, which its reader then says."""
    try:
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            return sum(fichier.file_size for fichier in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0


def _lire_a_part(entree: int, sortie: int, *bornes: int | None) -> int:
    """Returns 0 where the process came to its end."""
    commande = [sys.executable, "-m", "commun.lecture.a_part", *(str(borne or 0) for borne in bornes)]
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_RACINE)}  # it needs no secret of ours
    fils = [(os.POSIX_SPAWN_DUP2, entree, 0), (os.POSIX_SPAWN_DUP2, sortie, 1)]
    pid = os.posix_spawn(sys.executable, commande, env, file_actions=fils)
    return int(os.waitpid(pid, 0)[1])


def principal(secondes: int, octets: int, lignes_max: int, colonnes_max: int) -> None:
    """Reads the file of the standard input, and writes what it holds, or why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_CPU, (secondes, secondes))
    resource.setrlimit(resource.RLIMIT_AS, (octets, octets))
    try:
        lu = asdict(lire_tableau(sys.stdin.buffer.read(), lignes_max=lignes_max, colonnes_max=colonnes_max or None))
    except Illisible as refus:
        lu = {"illisible": str(refus)}
    sys.stdout.buffer.write(orjson.dumps(lu, default=list))


if __name__ == "__main__":
    principal(*map(int, sys.argv[1:]))
