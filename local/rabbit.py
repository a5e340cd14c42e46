"""RabbitMQ: the one that `AMQP_URL` names, else a private node run from the installed program, on ports of its own.

The node has its own folder, cookie, name server (epmd) and accounts: whatever the machine already runs is left alone.
"""

import base64
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from commun.bus import droits
from local.cles import Cles, garder
from local.console import Empechement
from local.ports import SALUT_AMQP, port_libre, port_retenu, repond
from local.processus import Processus
from local.tour import a_son_tour

_ERLANG = "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none"
"""One scheduler, and it sleeps when idle: a developer's machine has other things to do."""
_JOURNAL = 10_000_000
"""Bytes of its log, and of the one before: each line that comes and goes has three of its own, 25 MB a day at rest."""
AVANCES = (
    "[{rabbit, [{dead_letter_worker_publisher_confirm_timeout, 5000}, "
    "{dead_letter_worker_consumer_prefetch, 1000}]}].\n"
)
"""The settings that only Erlang's own syntax says: after five seconds, not three minutes, a queue gives again what it
has given back and no other took, as one does that was not up yet where the node has just fallen; it then holds a
thousand of them, not thirty-two, before it gives nothing to the others any more (ADR 3).
"""
_ICI = "/proc/self/cwd"
"""The node's folder, as it is told of it: RabbitMQ has a shell look at its disk, where an apostrophe waits for another,
takes « # » for a comment, and Erlang reads an accent as the locale would. Told where it stands, it opens anywhere.
"""
_POLITIQUE = Path("/usr/sbin/policy-rc.d")
_TOUR = Path("/run/lock/ceres-apt")


def programme() -> Path | None:
    """Returns the server's start script; Debian's wrapper in `/usr/sbin` only serves its own account."""
    debian = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    if debian.exists():
        return debian
    ailleurs = shutil.which("rabbitmq-server")
    return Path(ailleurs) if ailleurs else None


def installable() -> bool:
    """Whether we may install it: root, with apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def installer() -> str:
    """Installs Debian's package; the machine's own node is neither started nor enabled. Returns what prevented it."""
    with a_son_tour(_TOUR):  # who installs something else meanwhile would take the policy away, or find it in place
        if programme():
            return ""  # another has just done it
        neuve = not _POLITIQUE.exists()
        if neuve:  # Debian's own way to forbid an installation to start what it installs
            _POLITIQUE.write_text("#!/bin/sh\nexit 101\n")
            _POLITIQUE.chmod(0o755)
        try:
            _apt_get("update")  # a source that does not answer is no reason to give up: another may have the package
            fait = _apt_get("install", "--yes", "--no-install-recommends", "rabbitmq-server")
        finally:
            if neuve:
                _POLITIQUE.unlink()
    if Path("/run/systemd/system").exists():
        subprocess.run(["systemctl", "disable", "--quiet", "rabbitmq-server"], check=False)
    return "" if programme() else (fait.stderr.strip().splitlines() or ["apt-get n'en dit rien"])[-1]


def apt_get(*ordre: str) -> "subprocess.CompletedProcess[str]":
    """Runs apt-get, after any other of our processes that is at it: apt-get itself does not wait."""
    with a_son_tour(_TOUR):
        return _apt_get(*ordre)


def _apt_get(*ordre: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["apt-get", "--quiet", *ordre],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def mots_de_passe(cles: Cles) -> dict[str, str]:
    """Returns the password of each service on a broker of ours, and of the operator."""
    comptes = (*droits.APPELS, droits.EXPLOITATION)
    return {compte: cles.mot_de_passe(f"rabbit {compte}") for compte in comptes}


def ecrire_definitions(fichier: Path, cles: Cles) -> None:
    """Writes what RabbitMQ imports as it starts: a user a service, with its rights and no other."""
    fichier.touch(mode=0o600)
    fichier.write_text(json.dumps(_definitions(mots_de_passe(cles))))


def _definitions(mots_de_passe: dict[str, str]) -> dict[str, object]:
    """Returns what RabbitMQ imports (`load_definitions`): the users that have these passwords, with their rights."""
    tous = [droits.droits(service) for service in mots_de_passe]
    lieu = {"vhost": droits.VHOST}
    return {
        "vhosts": [{"name": droits.VHOST}],
        "users": [
            {
                "name": droits.utilisateur(service),
                "password_hash": _hacher(mot_de_passe),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
            for service, mot_de_passe in mots_de_passe.items()
        ],
        "permissions": [
            lieu | {"user": d.utilisateur, "configure": d.configure, "write": d.write, "read": d.read} for d in tous
        ],
        "topic_permissions": [
            lieu | {"user": d.utilisateur, "exchange": echange, "write": ecrire, "read": lire}
            for d in tous
            for echange, (ecrire, lire) in d.cles.items()
        ],
    }


def _hacher(mot_de_passe: str) -> str:
    sel = os.urandom(4)
    return base64.b64encode(sel + hashlib.sha256(sel + mot_de_passe.encode()).digest()).decode()


def adresse_de(compte: str, url: str, cles: Cles) -> str:
    """Returns the address of a broker of ours, for this service or for the operator."""
    lieu = urlsplit(url)
    utilisateur, mot_de_passe = droits.utilisateur(compte), mots_de_passe(cles)[compte]
    netloc = f"{utilisateur}:{mot_de_passe}@{lieu.hostname}:{lieu.port or 5672}"
    return lieu._replace(netloc=netloc, path=f"/{droits.VHOST}").geturl()


class RabbitPrive:
    """A private node in a folder of the project."""

    def __init__(self, dossier: Path, cles: Cles, journaux: Path) -> None:
        self._dossier = dossier.resolve()
        self._journaux = journaux
        self._cles = cles
        self.port = 0
        self.processus: list[Processus] = []
        self.url = ""

    def lancer(self) -> None:
        """Starts the node; returns before it answers."""
        script = programme()
        assert script
        self._preparer()
        env = self._environnement()
        # epmd would otherwise be started by Erlang, and stay behind
        self.processus = [
            Processus("epmd", ["epmd"], self._journaux / "rabbit.log", env, bavard=False, delai=2),
            Processus("rabbit", [str(script)], self._journaux / "rabbit.log", env, self._dossier, bavard=False),
        ]
        for processus in self.processus:
            processus.lancer()
        self.url = adresse_de(droits.EXPLOITATION, f"amqp://127.0.0.1:{self.port}", self._cles)

    def attendre(self) -> None:
        """Waits until the node speaks AMQP."""
        noeud = self.processus[-1]
        limite = time.monotonic() + 90
        while time.monotonic() < limite and noeud.vit:
            if repond(self.port, SALUT_AMQP):
                return
            time.sleep(0.05)
        raise Empechement(
            f"RabbitMQ n'a pas démarré ; son journal ({noeud.journal}) finit par :\n{noeud.derniers_mots()}"
        )

    def arreter(self) -> None:
        """Stops the node, then its name server; what it holds stays on disk."""
        for processus in reversed(self.processus):
            processus.arreter()

    def _preparer(self) -> None:
        for nom in ("home", "data", "log"):
            (self._dossier / nom).mkdir(parents=True, exist_ok=True)
        self.port = port_retenu(self._dossier / "port")
        garder(self._dossier / "home/.erlang.cookie", lambda: secrets.token_hex(16))
        ecrire_definitions(self._dossier / "definitions.json", self._cles)
        (self._dossier / "rabbitmq.conf").write_text(
            f"listeners.tcp.default = 127.0.0.1:{self.port}\nload_definitions = {_ICI}/definitions.json\n"
            f"log.console = false\nlog.file.rotation.size = {_JOURNAL}\nlog.file.rotation.count = 1\n"
        )
        (self._dossier / "advanced.config").write_text(AVANCES)
        (self._dossier / "enabled_plugins").write_text("[].\n")

    def _environnement(self) -> dict[str, str]:
        propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("RABBITMQ_", "ERL_"))}
        return propre | {
            "HOME": f"{_ICI}/home",  # where Erlang keeps the cookie
            "ERL_EPMD_PORT": str(port_libre()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": f"{_ICI}/aucun.env",  # not the machine's /etc/rabbitmq
            "RABBITMQ_NODENAME": "ceres@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(port_libre()),
            "RABBITMQ_MNESIA_BASE": f"{_ICI}/data",
            "RABBITMQ_LOG_BASE": f"{_ICI}/log",
            "RABBITMQ_PID_FILE": f"{_ICI}/pid",
            "RABBITMQ_CONFIG_FILE": f"{_ICI}/rabbitmq",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{_ICI}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{_ICI}/enabled_plugins",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
            "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the node, which ends cleanly on SIGTERM
        }
