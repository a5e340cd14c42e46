"""The operators' commands: as they run them, or in this process, to spare the second that a program takes to import."""

import io
import os
import signal
import socket
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from weakref import WeakSet

import pytest
import sqlalchemy as sa

from ceres.application import ceres
from ceres.francais import executer
from commun.config import config
from commun.storage.db import moteur
from local.pile import RACINE

Fait = subprocess.CompletedProcess[str]

_vus = WeakSet[sa.Engine]()
"""The engines of this process that have connected."""
sa.event.listen(sa.Engine, "engine_connect", lambda connexion: _vus.add(connexion.engine))


def _reglages(env: dict[str, str]) -> dict[str, str]:
    """Returns the environment, its settings those of the command alone."""
    propre = {nom: v for nom, v in os.environ.items() if not nom.startswith(("DATABASE_URL", "AMQP_URL", "CERES_"))}
    return propre | env


def lance(*arguments: str, **env: str) -> "subprocess.Popen[str]":
    """Starts a command in a process of its own."""
    commande, tube = [sys.executable, "-m", "ceres", *arguments], subprocess.PIPE
    return subprocess.Popen(commande, cwd=RACINE, env=_reglages(env), text=True, stdout=tube, stderr=tube)


def programme(*arguments: str, entree: str = "", **env: str) -> Fait:
    """Runs a command in a process of its own."""
    commande = [sys.executable, "-m", "ceres", *arguments]
    return subprocess.run(
        commande,
        cwd=RACINE,
        env=_reglages(env),
        input=entree,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def interrompre(*arguments: str, base: str, **env: str) -> Fait:
    """Runs a module in a process of its own, and stops it by Ctrl-C as it waits for this service's database."""
    with socket.create_server(("127.0.0.1", 0)) as muette:
        muette.settimeout(60)
        reglages = _reglages(env) | {f"DATABASE_URL_{base}": f"postgresql://x@127.0.0.1:{muette.getsockname()[1]}/x"}
        commande, tube = [sys.executable, "-m", *arguments], subprocess.PIPE
        # in the background SIGINT is ignored, and would stay so there
        ici = signal.signal(signal.SIGINT, signal.default_int_handler)
        with subprocess.Popen(commande, cwd=RACINE, env=reglages, text=True, stdout=tube, stderr=tube) as enfant:
            signal.signal(signal.SIGINT, ici)
            try:
                with muette.accept()[0]:
                    enfant.send_signal(signal.SIGINT)
                    sortie, erreurs = enfant.communicate(timeout=60)
            finally:
                enfant.kill()
    return Fait(arguments, enfant.returncode, sortie, erreurs)


def ordre(*arguments: str, entree: str = "", **env: str) -> Fait:
    """Runs a command in this process; not one that calls services, which waits in greenlets."""
    sortie, erreurs = io.StringIO(), io.StringIO()
    reglages = _reglages(env)
    with pytest.MonkeyPatch.context() as environnement:
        for nom in os.environ.keys() - reglages.keys():
            environnement.delenv(nom)
        for nom, valeur in env.items():
            environnement.setenv(nom, valeur)
        environnement.setattr(sys, "stdin", io.StringIO(entree))
        _oublier()
        with redirect_stdout(sortie), redirect_stderr(erreurs):
            code = executer(ceres, arguments)
    _oublier()
    return Fait(arguments, code, sortie.getvalue(), erreurs.getvalue())


def _oublier() -> None:
    """Has settings and bases read anew; what is forgotten holds no connection."""
    for moteur_vu in list(_vus):
        moteur_vu.dispose()
    config.cache_clear()
    moteur.cache_clear()
