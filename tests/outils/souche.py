"""Processes forked from one that has their imports: each is its own, which a test may kill, without the second of
processor that a program takes to import what a service needs.

`python -m tests.outils.souche MODULE…` imports them under eventlet, then forks for whoever asks, a line a demand.
"""

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

import ctypes
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commun.config import config
from commun.storage.cooperation import cooperer
from local.pile import RACINE
from local.processus import Processus
from tests.outils.attente import attendre

_MEURT_AVEC_SON_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


@dataclass
class Engendre(Processus):
    """A process whose command is a module, which it imports, and the arguments that it gives to its `lancer`."""

    souche: tuple[str, ...] = ()
    """The modules that it finds imported: those who name the same ones are forked from the same."""

    def lancer(self) -> None:
        """Starts it; returns at once."""
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        sorties = [str(self.journal)] * 2
        self._enfant = _Fils(_souche(self.souche), self.commande, {**(self.env or {})}, sorties)
        self.depart = time.monotonic()


class _Fils:
    """One of them, as `subprocess` shows a child."""

    def __init__(
        self, souche: "_Souche", commande: Sequence[str], env: Mapping[str, str], sorties: Sequence[str]
    ) -> None:
        self._souche = souche
        self._code: int | None = None
        self.pid: int = souche.demander({"commande": commande, "env": env, "sorties": sorties})

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._souche.demander({"fin": self.pid})
        return self._code

    def wait(self, timeout: float = 30) -> int:
        try:
            attendre(lambda: self.poll() is not None, timeout)
        except AssertionError:
            raise subprocess.TimeoutExpired("", timeout) from None
        assert self._code is not None
        return self._code

    def send_signal(self, lequel: int) -> None:
        if self.poll() is None:  # its number is its own until its end is asked for
            os.kill(self.pid, lequel)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Programme(_Fils):
    """One that runs a text, under eventlet; what it prints is read in `stdout` as it comes, its errors go with ours."""

    def __init__(self, souche: tuple[str, ...], texte: str, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        with tempfile.TemporaryDirectory() as dossier:
            tube = Path(dossier) / "sortie"
            os.mkfifo(tube)
            super().__init__(_souche(souche), ["tests.outils.souche", texte, *arguments], env, [str(tube)])
            self.stdout = tube.open()

    def finir(self, secondes: float = 120) -> str:
        """Waits for its end; returns what it printed that was not read: a screen, no more than a pipe holds."""
        self.wait(secondes)
        return self.stdout.read()


def lancer(arguments: list[str]) -> None:
    """Is a program: its text, then what it finds in `sys.argv`."""
    texte, *sys.argv[1:] = arguments
    exec(compile(texte, "<programme>", "exec"), {"__name__": "__main__"})


class _Souche:
    """What forks them, as a test sees it; it ends with us, and they with it."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self._un_a_la_fois = threading.Lock()
        self._processus = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.outils.souche", *modules],
            cwd=RACINE,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def demander(self, demande: dict[str, Any]) -> Any:
        assert self._processus.stdin and self._processus.stdout
        with self._un_a_la_fois:
            self._processus.stdin.write(json.dumps(demande) + "\n")
            self._processus.stdin.flush()
            return json.loads(self._processus.stdout.readline())


_souche = cache(_Souche)


def _servir(modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # or each, as it starts, would look at all of it, and so copy the pages that they share
    for ligne in sys.stdin:
        demande = json.loads(ligne)
        if "fin" in demande:
            pid, etat = os.waitpid(demande["fin"], os.WNOHANG)
            reponse = os.waitstatus_to_exitcode(etat) if pid else None
        elif not (reponse := os.fork()):
            _devenir(**demande)
        sys.stdout.write(json.dumps(reponse) + "\n")
        sys.stdout.flush()
    os._exit(0)


def _devenir(commande: list[str], env: dict[str, str], sorties: list[str]) -> None:
    """Is, from now on and until its end, the process that was asked for."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_MEURT_AVEC_SON_PARENT, signal.SIGKILL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for descripteur, sortie in enumerate(sorties, 1):
            os.dup2(os.open(sortie, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644), descripteur)
        os.environ.clear()
        os.environ.update(env)
        config.cache_clear()
        cooperer()  # as what is to be forked does once it serves
        eventlet.hubs.use_hub()  # its own: that of its parent says who is ready to all who came of it
        module, *arguments = commande
        importlib.import_module(module).lancer(arguments)
        code = 0
    except SystemExit as fin:
        code = fin.code if isinstance(fin.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


if __name__ == "__main__":
    _servir(sys.argv[1:])
