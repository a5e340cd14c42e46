"""The example service in a process of its own, and what a test looks at: its database, its queues, its log."""

import importlib
import itertools
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kombu import Connection
from psycopg.rows import dict_row

from commun.bus import topology
from commun.bus.acteur import Acteur, signer
from commun.bus.appel import Appel
from commun.config import config
from commun.domain.referentiel import TypeProfil
from local.cles import Cles
from local.processus import Processus
from tests.outils.attente import attendre
from tests.outils.rpc import Rpc
from tests.outils.souche import Engendre, Programme

MODULE = "tests.commun.service_exemple.service"
RACINE = Path(__file__).parents[2]
ALICE = Acteur("compte-alice", "alice", "profil-alice", TypeProfil.UD, departement="75")
BOB = Acteur("compte-bob", "bob", "profil-bob", TypeProfil.UD, departement="69")
DELAIS = (0.2, 0.3, 0.4)
"""What stands, in these tests, for 5 s, 30 s and 5 min."""
_SOUCHE = (
    "commun.runner",
    "commun.health",
    "commun.mesures",
    "commun.actes.timers",
    "commun.actes.unite",
    "nameko.web.handlers",
    "tests.commun.service_exemple.commands",  # not its service, which reads its name as it is imported
)

_numeros = itertools.count(1)


class Exemple:
    """The example: its own name and queues, on a database that has its tables. Several `processus` may serve it."""

    def __init__(self, dossier: Path, url: str, amqp_url: str, **env: str) -> None:
        self.nom = f"exemple{os.getpid()}x{next(_numeros)}"
        self.url, self.amqp_url = url, amqp_url
        self.cles = Cles(dossier / "cles")
        self._dossier = dossier
        propre = {nom: v for nom, v in os.environ.items() if not nom.startswith(("DATABASE_URL", "CERES_"))}
        self.env = propre | {
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": url,
            "AMQP_URL": amqp_url,
            "EXEMPLE_NOM": self.nom,
            "CERES_CLE_PUBLIQUE": self.cles.publique,
            "CERES_DELAIS_REPRISE": ",".join(map(str, DELAIS)),
            **env,
        }
        self.processus: list[Processus] = []
        self._ouverts: list[Programme] = []
        self._declaree = amqp_url.startswith("memory:")

    def declarer(self) -> None:
        """Declares its exchanges and queues, once, before anything starts; here, to spare a program's imports."""
        if not self._declaree:
            with pytest.MonkeyPatch.context() as environnement:
                for nom, valeur in self.env.items():
                    environnement.setenv(nom, valeur)
                config.cache_clear()
                module = importlib.reload(importlib.import_module(MODULE))  # its queues bear the name of this one
                topology.declarer(self.amqp_url, [MODULE])
            config.cache_clear()
            importlib.reload(module)  # as other tests know it
            self._declaree = True

    def redeclarer(self) -> None:
        """Declares them again, by the program that a deployment runs."""
        commande = [sys.executable, "-m", "commun.bus.topology", MODULE]
        subprocess.run(commande, cwd=RACINE, env=self.env, check=True, capture_output=True)

    # -- processes ----------------------------------------------------------------------------------------------

    def lancer(self, **env: str) -> Processus:
        """Starts one more process, and waits until it serves."""
        processus = self.engendrer(**env)
        self.attendre_pret(processus)
        return processus

    def engendrer(self, **env: str) -> Processus:
        """Starts one more process, which may have nobody to serve with yet."""
        self.declarer()
        journal = self._dossier / f"{self.nom}-{len(self.processus)}.log"
        processus = Engendre(self.nom, ["commun.runner", MODULE], journal, self.env | env, souche=_SOUCHE)
        processus.lancer()
        self.processus.append(processus)
        return processus

    def attendre_pret(self, processus: Processus) -> None:
        """Waits until a process says that it serves."""
        attendre(lambda: "pret " in processus.derniers_mots(50) or not processus.vit, 60)
        assert processus.vit, processus.derniers_mots(50)

    def arreter(self) -> None:
        """Ends every process."""
        for processus in self.processus:
            processus.tuer()
        for ouvert in self._ouverts:
            ouvert.kill()
            ouvert.wait()

    @property
    def journal(self) -> str:
        """Everything that its processes logged."""
        return "".join(processus.journal.read_text() for processus in self.processus)

    def dit(self, *mots: str) -> str:
        """Returns the line of the log that has all these words, once it is there."""

        def chercher() -> str | None:
            return next((ligne for ligne in self.journal.splitlines() if all(mot in ligne for mot in mots)), None)

        return str(attendre(chercher))

    # -- calls --------------------------------------------------------------------------------------------------

    def appel(self, acteur: Acteur = ALICE, **contexte: Any) -> Appel:
        """Returns the context of a call by `acteur`."""
        jeton = signer(acteur, self.cles.privee)
        return Appel(**{"requete": f"essai-{uuid.uuid4()}", "jeton": jeton, "delai": 10.0} | contexte)

    def rpc(self) -> Rpc:
        """Returns a new caller."""
        return Rpc(self.amqp_url)

    def faire(self, methode: str, appel: Appel | None = None, **arguments: Any) -> Any:
        """Calls a method of the example, as Alice unless told otherwise."""
        with self.rpc() as rpc:
            return rpc.appeler(self.nom, methode, appel or self.appel(), **arguments)

    def publier(self, evenement: str, **corps: Any) -> None:
        """Has the example publish an event."""
        self.faire("publier", corps={"evenement": evenement, "corps": corps})

    def ouvrir(self, programme: str, *arguments: str) -> Programme:
        """Starts a Python program in the environment of its processes."""
        self._ouverts.append(Programme(_SOUCHE, programme, arguments, self.env))
        return self._ouverts[-1]

    def executer(self, programme: str, *arguments: str) -> str:
        """Returns what such a program prints."""
        return self.ouvrir(programme, *arguments).finir()

    # -- what is there ------------------------------------------------------------------------------------------

    def sql(self, requete: str, *valeurs: Any) -> list[dict[str, Any]]:
        """Runs a statement on its database, as the owner."""
        with psycopg.connect(self.url, row_factory=dict_row, autocommit=True) as db:
            curseur = db.execute(requete, valeurs or None)  # type: ignore[arg-type]
            return curseur.fetchall() if curseur.description else []

    def effets(self, cle: str) -> list[dict[str, Any]]:
        """Returns the effects noted under `cle`."""
        return self.sql("SELECT * FROM effets WHERE cle = %s ORDER BY id", cle)

    def valeur(self, compteur_id: str) -> int:
        """Returns what a counter says; 0 where there is none."""
        lignes = self.sql("SELECT valeur FROM compteurs WHERE id = %s", compteur_id)
        return int(lignes[0]["valeur"]) if lignes else 0

    def en_pause(self) -> int:
        """Returns how many of its acts are in the middle of their pause."""
        siens = "application_name = %s AND wait_event = 'PgSleep'"
        return len(self.sql(f"SELECT 1 FROM pg_stat_activity WHERE {siens}", f"ceres-{self.nom}"))

    def en_file(self, file: str) -> int:
        """Returns how many messages wait in a queue."""
        with Connection(self.amqp_url) as ligne, ligne.channel() as canal:
            return int(canal.queue_declare(queue=file, passive=True).message_count)

    def prendre_dans(self, file: str) -> Any:
        """Takes a message from a queue; None where it is empty."""
        with Connection(self.amqp_url) as ligne, ligne.channel() as canal:
            return canal.basic_get(queue=file, no_ack=True)
