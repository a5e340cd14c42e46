"""Folders of drafts: each goes with who writes there, however he ends; with a process that is killed at once, all that
it held go as the next one begins.

A folder is held by a lock of the system on it, which no death leaves behind; nobody holds what a dead process made.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOM = "fichier-"
_PAS_ENCORE = f".{_NOM}"
"""How one is named until it is held: nobody takes it for one that is not."""


@contextmanager
def brouillon() -> Iterator[str]:
    """Gives the path of a folder.

    Raises:
        OSError: the disk has no room for it.
    """
    _retirer_les_abandonnes()
    nouveau = Path(tempfile.mkdtemp(prefix=_PAS_ENCORE))
    with _tenu(nouveau):
        dossier = nouveau.rename(nouveau.with_name(nouveau.name.removeprefix(".")))
        try:
            yield str(dossier)
        finally:
            shutil.rmtree(dossier, ignore_errors=True)


def _retirer_les_abandonnes() -> None:
    for dossier in Path(tempfile.gettempdir()).glob(f"{_NOM}*"):
        try:
            with _tenu(dossier):
                shutil.rmtree(dossier, ignore_errors=True)
        except OSError:  # somebody holds it, or it went meanwhile
            continue


@contextmanager
def _tenu(dossier: Path) -> Iterator[None]:
    """Holds a folder meanwhile.

    Raises:
        BlockingIOError: somebody does.
    """
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descripteur)
