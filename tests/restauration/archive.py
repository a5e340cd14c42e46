"""Backups of the embedded PostgreSQL as production has them: a full copy, then every change, for any instant again."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from local.pile import Pile
from local.ports import port_libre
from local.processus import Processus, sous
from tests.outils.attente import attendre

_COPIER = "cp"


class Archive:
    """The backups of a running system's server. `pile` must have started it."""

    def __init__(self, pile: Pile) -> None:
        serveur = pile._postgres
        assert serveur and serveur._processus
        self._pile, self._serveur = pile, serveur
        self._programme = Path(serveur._processus.commande[0]).parent
        self._journaux, self._complete = serveur._lieu / "archive", serveur._lieu / "complete"
        self._journaux.mkdir()
        self._a_lui(self._journaux)
        with psycopg.connect(serveur.url, autocommit=True) as db:
            db.execute("ALTER SYSTEM SET archive_mode = 'on'")
            # whole, or not there at all: who restores reads it as soon as it is
            deposer = f"{_COPIER} %p {self._journaux}/%f.neuf && mv {self._journaux}/%f.neuf {self._journaux}/%f"
            db.execute(f"ALTER SYSTEM SET archive_command = '{deposer}'")
        pile.processus_nomme("postgres").arreter()
        pile.redemarrer("postgres")
        self._lancer("pg_basebackup", "-D", self._complete, "-d", serveur.url, "-X", "none", "-c", "fast", "--no-sync")

    def instant(self) -> str:
        """Returns this instant, once everything before it is archived, and what follows is after it."""
        with psycopg.connect(self._serveur.url, autocommit=True) as db:
            (maintenant,) = db.execute("SELECT now()::text").fetchone() or ("",)
            time.sleep(0.05)
            db.execute("SELECT pg_create_restore_point('essai')")  # a record of after, for the replay to stop at
        return str(maintenant)

    @contextmanager
    def a(self, instant: str) -> Iterator[str]:
        """Starts, beside the first one, a server that is as the first one was at this instant; gives its address."""
        with psycopg.connect(self._serveur.url, autocommit=True) as db:
            (dernier,) = db.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ("",)
        attendre((self._journaux / str(dernier)).exists, 60)
        donnees, port = self._serveur._lieu / "restauree", port_libre()
        shutil.rmtree(donnees, ignore_errors=True)
        subprocess.run(["cp", "-a", self._complete, donnees], check=True)
        (donnees / "recovery.signal").touch()
        self._a_lui(donnees / "recovery.signal")
        reglages: dict[str, Any] = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 300,
            "archive_mode": "off",
            "fsync": "off",
            "restore_command": f"cp {self._journaux}/%f %p",
            "recovery_target_time": instant,
            "recovery_target_action": "promote",
        }
        commande = [str(self._programme / "postgres"), "-D", str(donnees)]
        processus = Processus(
            "postgres restauré",
            [*commande, *(f"--{nom}={valeur}" for nom, valeur in reglages.items())],
            self._pile.journaux / "restauree.log",
            dossier=donnees,
            compte=self._serveur._compte,
            fin=signal.SIGINT,
            bavard=False,
        )
        processus.lancer()
        url = psycopg.conninfo.make_conninfo(self._serveur.url, port=port)
        try:
            self._attendre_promotion(url, processus)
            yield url
        finally:
            processus.arreter()

    def remettre(self, base: str, depuis: str) -> None:
        """Puts one database of this server in the place of the first one's."""
        copie = self._serveur._lieu / f"{base}.dump"
        self._lancer("pg_dump", "-Fc", "-f", copie, "-d", psycopg.conninfo.make_conninfo(depuis, dbname=base))
        self._lancer("pg_restore", "--create", "--clean", "--if-exists", "-d", self._serveur.url, copie)

    def prendre_la_place(self) -> None:
        """Makes the data of the server that `a` gave, stopped since, those of the first one."""
        self._pile.processus_nomme("postgres").arreter()
        shutil.rmtree(self._serveur._donnees)
        (self._serveur._lieu / "restauree").rename(self._serveur._donnees)
        self._pile.redemarrer("postgres")

    @staticmethod
    def _attendre_promotion(url: str, processus: Processus) -> None:
        limite = time.monotonic() + 60
        while time.monotonic() < limite and processus.vit:
            try:
                with psycopg.connect(url, connect_timeout=2) as db:
                    if db.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                        return
            except psycopg.OperationalError:
                pass
            time.sleep(0.05)
        raise AssertionError(processus.derniers_mots())

    def _lancer(self, programme: str, *arguments: str | Path) -> None:
        commande = [str(self._programme / programme), *map(str, arguments)]
        fait = subprocess.run(
            commande, cwd="/", capture_output=True, text=True, check=False, **sous(self._serveur._compte)
        )
        assert fait.returncode == 0, fait.stderr

    def _a_lui(self, fichier: Path) -> None:
        if compte := self._serveur._compte:
            shutil.chown(fichier, compte.uid, compte.gid)
