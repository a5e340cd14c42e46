"""What CERES takes of a developer's machine: from `make run` to its first page, memory and processor at rest.

A copy of the sources, whose `.ceres` is its own: what a user types is what is timed, and his data are left alone.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from bench.charge import entetes
from bench.mesure import mediane
from bench.processeur import consomme, descendance, memoire
from bench.rapport import Avancer, Bilan, Promesse
from local.pile import RACINE, paquets
from local.ports import est_libre
from local.postgres import dossier_prive

_COMPTES, _PAGES = ("centre-demo", "ud-demo", "direccte-demo", "national-demo", "multi-demo"), 20
"""Who opens pages, and as many as an account may have that keep themselves up to date."""
_HORS = shutil.ignore_patterns(".git", ".ceres", ".venv*", ".*_cache", "__pycache__")


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + _tours(court) + 2


def _tours(court: bool) -> int:
    return 1 if court else 3


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Starts once to make the data, then times the next starts; the last one is left to rest and looked at."""
    with dossier_prive("ceres-banc-") as dossier:
        copie = dossier / "ceres"
        shutil.copytree(RACINE, copie, ignore=_HORS, symlinks=True)
        (copie / ".venv").symlink_to(RACINE / ".venv")
        avancer("premier démarrage, données de démonstration")
        with _marche(copie):
            pass
        secondes = []
        for tour in range(_tours(court)):
            avancer("démarrage suivant")
            with _marche(copie) as (duree, pid, url):
                secondes.append(duree)
                if tour == _tours(court) - 1:
                    avancer("repos")
                    lignes = _au_repos(pid, 5 if court else 30)
                    avancer("pages ouvertes")
                    with _pages_ouvertes(url):
                        suivies = [repos for *_, repos in _au_repos(pid, 5 if court else 30)]
    services = [ligne for ligne in lignes if ligne[0] in paquets()]
    return Bilan(
        "Empreinte sur une machine",
        ("", "mémoire (Mo)", "dont propre (Mo)", "processeur au repos", f"{len(_COMPTES) * _PAGES} pages ouvertes"),
        [
            (nom, round(rss), round(pss), _pour_cent(repos), _pour_cent(suivi))
            for (nom, rss, pss, repos), suivi in zip(lignes, suivies, strict=True)
        ],
        (
            Promesse("deuxième « make run », jusqu'à « prêt »", mediane(secondes), 15, au_plus=True, unite=" s"),
            Promesse("mémoire du plus gros", max(ligne[1] for ligne in services), 90, au_plus=True, unite=" Mo"),
            Promesse("repos du moins tranquille", max(ligne[3] for ligne in services), 2, au_plus=True, unite=" %"),
        ),
        (
            "mémoire : ce que le processus occupe (RSS) ; propre : ce qu'il partage avec d'autres, divisé (PSS).",
            "pages ouvertes : le processeur qu'elles prennent à se tenir à jour, repos compris, quand rien n'arrive.",
        ),
    )


def _pour_cent(part: float) -> str:
    return f"{part:.1f} %".replace(".", ",")


@contextmanager
def _pages_ouvertes(url: str) -> Iterator[None]:
    """Keeps the streams open that a page keeps itself up to date by."""
    with ExitStack() as ouvertes, httpx.Client(timeout=30, limits=httpx.Limits(max_connections=None)) as http:
        for compte in _COMPTES:
            siens = entetes(url, compte)
            for _ in range(_PAGES):
                ouvertes.enter_context(
                    http.stream("GET", f"{url}/api/v1/messages/flux", headers=siens)
                ).raise_for_status()
        yield


@contextmanager
def _marche(copie: Path) -> Iterator[tuple[float, int, str]]:
    """Runs `make run` there; gives the seconds until it says that it is ready, its process, and its address."""
    env = {nom: v for nom, v in os.environ.items() if nom not in ("DATABASE_URL", "AMQP_URL", "MAKEFLAGS", "MAKELEVEL")}
    env["CERES_PORT"] = str(next(port for port in range(8001, 9000) if est_libre(port)))  # drawn here, it would be ours
    debut = time.monotonic()
    with subprocess.Popen(["make", "run"], cwd=copie, env=env, stdout=subprocess.PIPE, text=True) as enfant:
        assert enfant.stdout
        try:
            for ligne in enfant.stdout:
                if ligne.startswith("CERES est prêt"):
                    break
            else:
                raise RuntimeError("« make run » s'est arrêté avant d'être prêt.")
            yield time.monotonic() - debut, enfant.pid, f"http://127.0.0.1:{env['CERES_PORT']}"
        finally:
            for pid in descendance(enfant.pid):
                if "local.run" in _commande(pid):
                    os.kill(pid, signal.SIGTERM)


def _au_repos(racine: int, duree: float) -> list[tuple[str, float, float, float]]:
    """Returns, for each process: its name, RSS and PSS in MB, percents of a core that it takes at rest."""
    time.sleep(5)
    pids = {nom: pid for pid in descendance(racine) if (nom := _nom(pid))}
    avant = {nom: consomme(pid) for nom, pid in pids.items()}
    time.sleep(duree)
    return [
        (nom, memoire(pid, "Rss"), memoire(pid), (consomme(pid) - avant[nom]) / duree * 100)
        for nom, pid in sorted(pids.items())
    ]


def _nom(pid: int) -> str:
    """Returns the service or the server that a process is; nothing for the others."""
    commande = _commande(pid)
    if "commun.runner" in commande:
        return next((nom for nom, paquet in paquets().items() if f"{paquet}.service" in commande), "")
    if "/bin/postgres\0-D" in commande:
        return "postgres"
    return "rabbit" if commande.split("\0")[0].endswith("beam.smp") else ""


def _commande(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
