"""A file that somebody sends, read where it can hinder nobody: a workbook that is large once unfolded, and any xlsx,
has a process of its own, with a processor's time and a memory that end.

A few kilobytes unfold into hundreds of megabytes of tags, and what a library makes of them holds more: no count made
beforehand bounds it. Nor does their size tell how long openpyxl takes: fifteen hundred bytes, one name of an xlsx, were
searched for a quarter of a minute, a name twice as long takes four times that, and a sheet that a workbook names a
thousand times is read as often. A thread cannot be stopped, and shares its process's one lock with all the calls.
"""

import sys
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import orjson
from eventlet import patcher

from commun.lecture.classeur import TROP_VOLUMINEUX, Illisible
from commun.lecture.tableau import DEPLOYE_MAX, XLSX, Tableau, lire_tableau

_PETIT = 2_000_000
"""Bytes of an unfolded workbook that are read in a second or two."""
_SECONDES, _SECONDES_D_UN_PETIT, _OCTETS = 20, 10, 400_000_000
"""What the process may use: of the processor, of memory."""
_RACINE = Path(__file__).resolve().parents[2]

os = patcher.original("os")
"""Unpatched: called from a thread beside eventlet's loop, where waiting holds nobody."""


def lire_recu(contenu: bytes, *, lignes_max: int, colonnes_max: int | None = None) -> Tableau:
    """Returns what `lire_tableau` does. It takes time: to be called on a thread of its own.

    Raises:
        Illisible: as `lire_tableau`; or it takes more than a file of so many rows is worth.
    """
    deplies, xlsx = _deplier(contenu)
    if deplies > DEPLOYE_MAX or not (xlsx or deplies > _PETIT):
        return lire_tableau(contenu, lignes_max=lignes_max, colonnes_max=colonnes_max)
    secondes = _SECONDES if deplies > _PETIT else _SECONDES_D_UN_PETIT
    entree, sortie = os.memfd_create("recu"), os.memfd_create("tableau")
    try:
        os.write(entree, contenu)
        os.lseek(entree, 0, os.SEEK_SET)
        if _lire_a_part(entree, sortie, secondes, _OCTETS, lignes_max, colonnes_max):
            raise Illisible(TROP_VOLUMINEUX)
        lu = orjson.loads(os.pread(sortie, os.fstat(sortie).st_size, 0))
    finally:
        os.close(entree)
        os.close(sortie)
    if phrase := lu.get("illisible"):
        raise Illisible(phrase)
    origine = date.fromisoformat(lu["origine"]) if lu["origine"] else None
    lignes = [(n, cellules) for n, cellules in lu["lignes"]]
    masquees, colonnes = frozenset(lu["masquees"]), frozenset(lu["colonnes_masquees"])
    return Tableau(lignes, lu["nom"], tuple(lu["autres"]), origine, masquees, colonnes)


def est_grand(contenu: bytes) -> bool:
    """Returns whether a file is a workbook that is long to read: a few kilobytes may be enough."""
    deplies, _ = _deplier(contenu)
    return _PETIT < deplies <= DEPLOYE_MAX


def _deplier(contenu: bytes) -> tuple[int, bool]:
    """Returns how many bytes a workbook holds once unfolded, and whether it is an xlsx; none for what is none, which
    its reader then says."""
    try:
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            return sum(partie.file_size for partie in archive.infolist()), XLSX in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0, False


def _lire_a_part(entree: int, sortie: int, *bornes: int | None) -> int:
    """Returns 0 where the process came to its end."""
    muet = ("-W", "ignore")  # what openpyxl warns of holds what cells hold, and would be in the log
    commande = [sys.executable, *muet, "-m", "commun.lecture.lecteur", *(str(borne or 0) for borne in bornes)]
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_RACINE)}  # it needs no secret of ours
    fils = [(os.POSIX_SPAWN_DUP2, entree, 0), (os.POSIX_SPAWN_DUP2, sortie, 1)]
    pid = os.posix_spawn(sys.executable, commande, env, file_actions=fils)
    return int(os.waitpid(pid, 0)[1])
