"""The whole of CERES on this machine: databases, broker, services, gateway; started in order, stopped in reverse."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from commun.bus.droits import EXPLOITATION
from local import rabbit
from local.bases import Base, Bases
from local.cles import Cles
from local.console import Empechement, silence
from local.ordres import Ordres
from local.ports import port_libre
from local.postgres import PostgresEmbarque
from local.processus import Processus
from local.rabbit import RabbitPrive, adresse_de

RACINE = Path(__file__).resolve().parent.parent
PASSERELLE = "gateway"
COURRIER = "courrier"
NOTIFICATIONS = "notifications"
MEMOIRE = "memory://"
_PATIENCE = 60
"""Seconds that a process may take to be ready."""


def paquets() -> dict[str, str]:
    """Returns the package of each process: the services', and the gateway's, last."""
    services = sorted(fichier.parent.name for fichier in RACINE.glob("services/*/service.py"))
    return {nom: f"services.{nom}" for nom in services} | {PASSERELLE: PASSERELLE}


class Pile:
    """Each part is started at its first use, and asking for it again gives the same one."""

    def __init__(
        self, dossier: Path, *, port: int = 0, ephemere: bool = False, dire: Callable[[str], None] = silence
    ) -> None:
        """Starts nothing.

        Args:
            dossier: where data, keys and logs live.
            port: the gateway's; 0 draws a free one.
            ephemere: fast and forgotten: servers of our own whatever the environment names, data removed at the end.
            dire: is told each step.
        """
        self.dossier = dossier.resolve()
        self.journaux = self.dossier / "journaux"
        self.port = port or port_libre()
        self.cles = Cles(self.dossier / "cles")
        self.services: dict[str, Processus] = {}
        self.bases: dict[str, Base] = {}
        self._ports: dict[str, int] = {}
        self._ephemere = ephemere
        self._dire = dire
        self._postgres: PostgresEmbarque | None = None
        self._rabbit: RabbitPrive | None = None
        self._amqp_url = ""
        self._url_bases = ""
        self._courrier: Processus | None = None
        self._ports_courrier = (0, 0)

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url_courrier(self) -> str:
        """Where the mails that CERES sends are read; empty where they leave by a server of the environment's."""
        return f"http://127.0.0.1:{self._ports_courrier[1]}" if self._courrier else ""

    @property
    def processus(self) -> list[Processus]:
        """Everything that runs, servers first."""
        serveurs = [p for serveur in (self._postgres, self._rabbit) if serveur for p in serveur.processus]
        courrier = [self._courrier] if self._courrier else []
        return [*serveurs, *courrier, *self.services.values()]

    @property
    def ports_exploitation(self) -> dict[str, int]:
        """The operations port of each process."""
        return dict(self._ports)

    @property
    def embarque(self) -> bool:
        """Whether the bus is the embedded one, all services in one process."""
        return self._amqp_url == MEMOIRE

    def serveur_de_bases(self) -> Bases:
        """Returns the database server, started and answering."""
        if not self._url_bases:
            self._url_bases = "" if self._ephemere else os.environ.get("DATABASE_URL", "")
        if not self._url_bases:
            self._dire("PostgreSQL démarre…")
            self._postgres = PostgresEmbarque(
                self.dossier / "postgres", self.cles, self.journaux, ephemere=self._ephemere
            )
            self._postgres.lancer()
            self._postgres.attendre()
            self._url_bases = self._postgres.url
        return Bases(self._url_bases, self.cles)

    def bus(self) -> str:
        """Returns the broker's address, for the operator, once it answers."""
        self._lancer_bus()
        if self._rabbit:
            self._rabbit.attendre()
        return self.bus_de()

    @property
    def _a_nos_comptes(self) -> bool:
        """Whether the broker has a user a service: our own node, or one whose address names no user (compose)."""
        return self._rabbit is not None or not (self.embarque or urlsplit(self._amqp_url).username)

    def bus_de(self, *membres: str) -> str:
        """Returns the broker's address for a process that serves these services.

        A service is its own user, as the operator is; where the environment's broker comes with a user, all are it.
        """
        if not self._a_nos_comptes:
            return self._amqp_url
        return adresse_de(membres[0] if len(membres) == 1 else EXPLOITATION, self._amqp_url, self.cles)

    def preparer(self) -> None:
        """Brings databases and broker to what the code expects."""
        self._lancer_bus()
        serveur = self.serveur_de_bases()
        noms = paquets()
        self._dire("Bases de données et files de messages…")
        self.bases = serveur.creer(list(noms))
        self._migrer_et_declarer(noms)
        self.bus()

    def demarrer(self) -> None:
        """Starts everything and returns when the gateway serves."""
        self.preparer()
        self._lancer_courrier()
        self.services = self._processus(paquets())
        self._dire(f"Démarrage des services : {', '.join(self.bases)}…")
        for processus in self.services.values():
            processus.lancer()
        for nom in self.services:
            self.attendre_pret(nom)

    def attendre_pret(self, nom: str) -> None:
        """Waits until a process says that it can work."""
        processus, limite = self.services[nom], time.monotonic() + _PATIENCE
        while time.monotonic() < limite and processus.vit:
            if _repond_pret(self._ports[nom]):
                return
            time.sleep(0.1)
        etat = "ne répond pas" if processus.vit else f"s'est arrêté (code {processus.code})"
        raise Empechement(
            f"« {nom} » {etat} ; son journal ({processus.journal}) finit par :\n{processus.derniers_mots()}"
        )

    def processus_nomme(self, nom: str) -> Processus:
        """Returns a process: a service's, « gateway », « postgres » or « rabbit »."""
        return next(processus for processus in self.processus if processus.nom == nom)

    def redemarrer(self, nom: str) -> None:
        """Starts a stopped process again, and waits until it can work."""
        processus = self.processus_nomme(nom)
        if not processus.vit:
            processus.lancer()
        if nom in self.services:
            self.attendre_pret(nom)
        for serveur in (self._rabbit, self._postgres):
            if serveur:
                serveur.attendre()

    def arreter(self) -> None:
        """Stops everything: the gateway first, so that nothing new comes in; what the others began, they end."""
        passerelle = self.services.get(PASSERELLE)
        for groupe in ([passerelle] if passerelle else [], list(self.services.values())):
            for processus in groupe:
                processus.demander_fin()
            for processus in groupe:
                processus.attendre_fin()
        for serveur in (self._courrier, self._rabbit, self._postgres):
            if serveur:
                serveur.arreter()
        if self._ephemere and self._postgres:
            self._postgres.effacer()

    def jeter(self) -> None:
        """Stops what is of no more use: what services began, and what the broker holds, is not waited for. PostgreSQL,
        killed, would leave something behind.
        """
        for processus in (*self.services.values(), *(self._rabbit.processus if self._rabbit else ())):
            processus.tuer()
        self.arreter()

    def tuer(self) -> None:
        """Stops everything at once, nothing asked."""
        for processus in reversed(self.processus):
            processus.tuer()

    def reglages(self, *membres: str, port_exploitation: int = 0) -> dict[str, str]:
        """Returns the variables of a process that serves these services, or acts in their databases."""
        reglages = {
            "AMQP_URL": self.bus_de(*membres),
            "CERES_DATE_SIMULABLE": "1",
            "CERES_CLE_PUBLIQUE": self.cles.publique,
            "CERES_PORT": str(self.port),
            "CERES_URL_PUBLIQUE": self.url,
            "CERES_PORT_EXPLOITATION": str(port_exploitation),
        }
        if PASSERELLE in membres:
            reglages["CERES_CLE_PRIVEE"] = self.cles.privee
        if NOTIFICATIONS in membres:
            reglages["CERES_SECRET"] = self.cles.mot_de_passe("liens des courriels")
        if len(membres) == 1:
            return reglages | {"DATABASE_URL": self.bases[membres[0]].url}
        return reglages | {f"DATABASE_URL_{nom.upper()}": self.bases[nom].url for nom in membres}

    def reglages_exploitation(self) -> dict[str, str]:
        """Returns the variables of the operators' commands (`python -m ceres`)."""
        bases = {f"DATABASE_URL_{nom.upper()}": base.url for nom, base in self.bases.items()}
        return {"AMQP_URL": self.bus_de(), "CERES_URL": self.url} | bases

    def environnement(self, *membres: str, port_exploitation: int = 0) -> dict[str, str]:
        """Returns the whole environment of such a process on this machine."""
        herite = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("DATABASE_URL")}
        if self._courrier and NOTIFICATIONS in membres:
            herite |= {"CERES_SMTP_HOTE": "127.0.0.1", "CERES_SMTP_PORT": str(self._ports_courrier[0])}
        return herite | {"PYTHONUNBUFFERED": "1"} | self.reglages(*membres, port_exploitation=port_exploitation)

    def _lancer_courrier(self) -> None:
        """Starts the mail catcher, unless mails leave by a server that the environment names."""
        if os.environ.get("CERES_SMTP_HOTE") and not self._ephemere:
            return
        self._ports_courrier = (port_libre(), port_libre())
        commande = [sys.executable, "-m", "local.courrier", *map(str, self._ports_courrier)]
        self._courrier = Processus(
            COURRIER, commande, self.journaux / f"{COURRIER}.log", self.environnement(), RACINE, delai=3
        )
        self._courrier.lancer()

    def _lancer_bus(self) -> None:
        if self._amqp_url:
            return
        self._amqp_url = "" if self._ephemere else os.environ.get("AMQP_URL", "")
        if self._amqp_url:
            return
        if not rabbit.programme() and rabbit.installable():
            self._dire("Installation de RabbitMQ par apt-get (une à deux minutes, une seule fois)…")
            if empechement := rabbit.installer():
                self._dire(f"RabbitMQ n'a pas pu être installé : {empechement}")
        if not rabbit.programme():
            self._amqp_url = MEMOIRE
            return
        self._dire("RabbitMQ démarre…")
        self._rabbit = RabbitPrive(self.dossier / "rabbit", self.cles, self.journaux)
        self._rabbit.lancer()
        self._amqp_url = self._rabbit.url

    def _migrer_et_declarer(self, noms: dict[str, str]) -> None:
        ordres = Ordres(
            bases=[(paquet, self.bases[nom].url_proprietaire, f"ceres_{nom}") for nom, paquet in noms.items()],
            amqp_url=self.bus_de(),
            port_amqp=self._rabbit.port if self._rabbit else None,
            modules=[f"{paquet}.service" for paquet in noms.values()],
        )
        commande = [sys.executable, "-m", "local.preparer"]
        with (
            tempfile.TemporaryFile("w+", errors="replace") as sortie,  # a pipe that nobody reads would stop it, full
            subprocess.Popen(
                commande,
                stdin=subprocess.PIPE,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=RACINE,
                env=self.environnement(),
            ) as enfant,
        ):
            assert enfant.stdin
            enfant.stdin.write(ordres.json())
            enfant.stdin.close()
            while enfant.poll() is None:
                if self._rabbit and not all(p.vit for p in self._rabbit.processus):
                    enfant.kill()
                    self._rabbit.attendre()  # says why it died
                time.sleep(0.05)
            if enfant.returncode:
                sortie.seek(0)
                raise Empechement(f"Les bases ou les files n'ont pas pu être préparées :\n{sortie.read().strip()}")

    def _processus(self, noms: dict[str, str]) -> dict[str, Processus]:
        """Returns a process a service; or one for them all, where the bus lives inside it."""
        groupes = {"ceres": list(noms)} if self.embarque else {nom: [nom] for nom in noms}
        self._ports = {groupe: port_libre() for groupe in groupes}
        return {
            groupe: Processus(
                groupe,
                [sys.executable, "-m", "commun.runner", *(f"{noms[nom]}.service" for nom in membres)],
                self.journaux / f"{groupe}.log",
                self.environnement(*membres, port_exploitation=self._ports[groupe]),
                RACINE,
            )
            for groupe, membres in groupes.items()
        }


def _repond_pret(port: int) -> bool:
    ligne = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        ligne.request("GET", "/sante/pret")
        return ligne.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        ligne.close()
