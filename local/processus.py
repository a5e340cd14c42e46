"""Child processes: started apart from the terminal's signals, logged line by line, never outliving us."""

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

_ERREUR = re.compile(r"\b(error|critical|ERROR|CRITICAL|FATAL|PANIC)\b|^Traceback ")
_TROP_LONG = 10_000_000
"""Bytes after which a log starts afresh, the one before beside it: a demo may stay up for months."""


@dataclass
class Compte:
    """The unprivileged account that a child runs under when we are root, and its program refuses to be."""

    uid: int
    gid: int


def sous(compte: Compte | None) -> dict[str, Any]:
    """Returns the arguments with which `subprocess` runs a program under this account."""
    return {"user": compte.uid, "group": compte.gid, "extra_groups": []} if compte else {}


@dataclass
class Processus:
    """A program that runs beside us. Its two outputs go to its log, and what is an error to the terminal too."""

    nom: str
    commande: Sequence[str]
    journal: Path
    env: Mapping[str, str] | None = None
    dossier: Path | None = None
    compte: Compte | None = None
    fin: signal.Signals = signal.SIGTERM
    """What asks this program to end cleanly."""
    delai: float = 28
    """Seconds that it has to do so."""
    bavard: bool = True
    """Whether its errors are shown in the terminal."""
    depart: float = field(default=0, init=False)
    _enfant: "subprocess.Popen[str] | None" = field(default=None, init=False)
    _lecteur: threading.Thread | None = field(default=None, init=False)

    def lancer(self) -> None:
        """Starts the program; returns at once."""
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        self._enfant = subprocess.Popen(
            [*self._attache(), *self.commande],
            env=self.env,
            cwd=self.dossier,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches us alone: we stop the others, in order
            **sous(self.compte),
        )
        self.depart = time.monotonic()
        assert self._enfant.stdout
        self._lecteur = threading.Thread(
            target=self._lire, args=(self._enfant.stdout, self.journal.open("a")), daemon=True
        )
        self._lecteur.start()

    def _attache(self) -> list[str]:
        """The kernel ends the child should we die without time to do it."""
        return ["setpriv", "--pdeathsig", self.fin.name[3:], "--"] if shutil.which("setpriv") else []

    def _lire(self, sortie: IO[str], journal: IO[str]) -> None:
        """Reads what the program says to its end, whatever becomes of it, a disk that is full or a terminal that is
        gone: once nobody does, the program waits for ever.
        """
        pile_en_cours = False
        for ligne in sortie:
            with suppress(OSError):
                journal = self._encore(journal)
                journal.write(ligne)
                journal.flush()
            if not self.bavard:
                continue
            commence = bool(_ERREUR.search(ligne))
            if commence or pile_en_cours:
                with suppress(OSError):
                    print(f"{self.nom} │ {ligne.rstrip()}", file=sys.stderr, flush=True)
            # a traceback's frames are indented; its last line, which is not, says what happened
            pile_en_cours = ligne.startswith("Traceback ") or (pile_en_cours and ligne.startswith(" "))
        with suppress(OSError):
            journal.close()

    def _encore(self, journal: IO[str]) -> IO[str]:
        """Returns where to go on writing: in this log, or another where it has grown too long."""
        if journal.tell() < _TROP_LONG:
            return journal
        with suppress(OSError):  # taken away
            self.journal.replace(self.journal.with_suffix(".avant.log"))
            neuf = self.journal.open("a")
            journal.close()
            return neuf
        return journal

    @property
    def code(self) -> int | None:
        """The exit code, None as long as it runs."""
        return self._enfant.poll() if self._enfant else None

    @property
    def vit(self) -> bool:
        """Whether it runs."""
        return self._enfant is not None and self._enfant.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._enfant
        return self._enfant.pid

    def demander_fin(self) -> None:
        """Asks it to end cleanly; returns at once."""
        if self.vit:
            assert self._enfant
            self._enfant.send_signal(self.fin)

    def attendre_fin(self) -> None:
        """Waits until it has ended; past its delay it is killed."""
        if self._enfant is None:
            return
        try:
            self._enfant.wait(self.delai)
        except subprocess.TimeoutExpired:
            self.tuer()
        if self._lecteur:
            self._lecteur.join(1)

    def arreter(self) -> None:
        """Asks it to end, and waits."""
        self.demander_fin()
        self.attendre_fin()

    def tuer(self) -> None:
        """Kills it (kill -9), as a fault would."""
        if self._enfant and self.vit:
            self._enfant.kill()
            self._enfant.wait()

    def derniers_mots(self, nombre: int = 15) -> str:
        """Returns the last lines of its log; of who has ended, once they are written."""
        if self._lecteur and not self.vit:
            self._lecteur.join(1)
        if not self.journal.exists():
            return ""
        with self.journal.open(errors="replace") as lignes:
            return "".join(deque(lignes, nombre))
